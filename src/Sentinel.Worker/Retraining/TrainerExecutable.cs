namespace Sentinel.Worker.Retraining;

/// <summary>How the trainer is started: the program, and what comes before its own arguments.</summary>
internal sealed record TrainerExecutable(string Program, IReadOnlyList<string> Before)
{
    /// <summary>The executable that is running; <c>dotnet sentinel.dll</c> when it was started like that.</summary>
    public static TrainerExecutable Own
    {
        get
        {
            var beside = Path.Combine(AppContext.BaseDirectory, "sentinel");
            return Path.GetFileNameWithoutExtension(Environment.ProcessPath) is not "dotnet" && File.Exists(beside)
                ? new TrainerExecutable(beside, [])
                : new TrainerExecutable(Environment.ProcessPath ?? "dotnet", [beside + ".dll"]);
        }
    }
}
