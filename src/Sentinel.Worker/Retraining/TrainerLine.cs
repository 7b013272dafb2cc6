using System.Text.Json;
using System.Text.Json.Serialization;
using Sentinel.Core.Training;

namespace Sentinel.Worker.Retraining;

/// <summary>
/// One line of <c>sentinel train --json</c>: progress (<see cref="Phase"/> is there), the result (<see cref="Version"/>) or why there is none
/// (<see cref="Error"/>).
/// </summary>
internal sealed record TrainerLine
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public string? Phase { get; init; }

    /// <summary>Share of the whole training done, 0..1.</summary>
    public double? Fraction { get; init; }

    public long? Step { get; init; }

    /// <summary>Absent before the first step.</summary>
    public double? Loss { get; init; }

    public double? ImagesPerSecond { get; init; }

    public double? RemainingSeconds { get; init; }

    public string? Product { get; init; }

    public string? Version { get; init; }

    public DateTimeOffset? TrainedAt { get; init; }

    /// <summary>What became of the version: one of <see cref="Telemetry.PromotionOutcomes"/>.</summary>
    public string? Decision { get; init; }

    /// <summary>Why, where it is not in use now.</summary>
    public string? Why { get; init; }

    /// <summary>Known-good images in the folder.</summary>
    public int? Images { get; init; }

    public double? Seconds { get; init; }

    public string? Error { get; init; }

    /// <summary>With <see cref="Error"/>: what kind of failure, <c>trainingRefused</c> among others.</summary>
    public string? Kind { get; init; }

    public static TrainerLine Of(TrainingProgress progress) => new()
    {
        Phase = progress.Phase,
        Fraction = progress.Fraction,
        Step = progress.Step,
        Loss = double.IsFinite(progress.Loss) ? progress.Loss : null,
        ImagesPerSecond = double.IsFinite(progress.ImagesPerSecond) ? Math.Round(progress.ImagesPerSecond, 1) : null,
        RemainingSeconds = Math.Round(progress.Remaining.TotalSeconds, 1),
    };

    /// <summary>Null when the line is not one of ours: whatever a native library prints must not end a training.</summary>
    public static TrainerLine? Read(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<TrainerLine>(line, _json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public override string ToString() => JsonSerializer.Serialize(this, _json);
}
