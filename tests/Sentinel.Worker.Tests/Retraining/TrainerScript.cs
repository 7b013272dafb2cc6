using Sentinel.Worker.Retraining;

namespace Sentinel.Worker.Tests.Retraining;

/// <summary>A trainer written in shell: a real process whose behaviour a test chooses.</summary>
internal static class TrainerScript
{
    public static TrainerExecutable Write(TemporaryFolder folder, string body)
    {
        var path = folder["trainer.sh"];
        File.WriteAllText(path, body);
        return new TrainerExecutable("/bin/sh", [path]);
    }
}
