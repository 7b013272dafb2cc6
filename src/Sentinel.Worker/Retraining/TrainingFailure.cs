namespace Sentinel.Worker.Retraining;

/// <summary>Words in <see cref="TrainerLine.Kind"/> that the host acts upon.</summary>
internal static class TrainingFailure
{
    public const string Refused = "trainingRefused";
}
