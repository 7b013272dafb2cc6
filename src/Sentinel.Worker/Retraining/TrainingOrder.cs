using System.Globalization;
using Sentinel.Core.Imaging;

namespace Sentinel.Worker.Retraining;

/// <summary>What one training is started with; everything the child has to know, so that it cannot differ from its host.</summary>
internal sealed record TrainingOrder(string Product, string DataRoot, ProductSettings Settings, ImageLimits Limits)
{
    /// <summary>
    /// A training that runs longer than this hangs: twice its budget, and ten minutes for what every training has to measure, which steps back behind
    /// whatever else the machine has to do. One that hangs is nearly always silent, and ended for that long before.
    /// </summary>
    public TimeSpan Patience => (Settings.Training.Budget * 2) + TimeSpan.FromMinutes(10);

    public IEnumerable<string> Arguments =>
    [
        "train",
        "--product", Product,
        "--data", DataRoot,
        "--json",
        "--budget", Settings.Training.Budget.ToString("c", CultureInfo.InvariantCulture),
        "--seed", Settings.Training.Seed.ToString(CultureInfo.InvariantCulture),
        "--parent", Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
        .. Set("FalseAlarmBudget", Settings.FalseAlarmBudget),
        .. Set("SuspectBudget", Settings.SuspectBudget),
        "--set", $"Training:Approval={Settings.Training.Approval}",
        .. Set("Training:ShadowImages", Settings.Training.ShadowImages),
        .. Set("Limits:MaxBytes", Limits.MaxBytes),
        .. Set("Limits:MaxPixels", Limits.MaxPixels),
        .. Set("Limits:MinSide", Limits.MinSide),
    ];

    private static IEnumerable<string> Set(string key, IFormattable value) =>
        ["--set", $"{key}={value.ToString(null, CultureInfo.InvariantCulture)}"];
}
