namespace Sentinel.Worker.Retraining;

/// <summary>Words in <see cref="TrainerLine.Kind"/> that the host acts upon.</summary>
internal static class TrainingFailure
{
    public const string Refused = "trainingRefused";

    /// <summary>The machine computes wrongly; the message says what is wrong and what to do.</summary>
    public const string MachineFault = "machineFault";
}
