using Microsoft.Extensions.Logging.Abstractions;
using Sentinel.Core.Torch;
using Sentinel.Worker.Retraining;
using Sentinel.Worker.Telemetry;
using Sentinel.Worker.Tests.Inbox;

namespace Sentinel.Worker.Tests.Retraining;

/// <summary>A trainer written in shell: a real process whose behaviour a test chooses.</summary>
internal static class TrainerScript
{
    private static readonly TorchThread _torch = new();

    /// <summary>The host's side of it; every core is everybody's unless <paramref name="shares"/> say otherwise.</summary>
    public static TrainerProcess Process(TrainerExecutable executable, TimeProvider time, ProcessorShares? shares = null, LogLines? log = null) => new(
        executable,
        new SharedProcessors(_torch, shares ?? new ProcessorShares(null, null), log?.For<SharedProcessors>() ?? NullLogger<SharedProcessors>.Instance),
        new NativeMessages(time, log?.For<NativeMessages>() ?? NullLogger<NativeMessages>.Instance),
        time);

    public static TrainerExecutable Write(TemporaryFolder folder, string body)
    {
        var path = folder["trainer.sh"];
        File.WriteAllText(path, body);
        return new TrainerExecutable("/bin/sh", [path]);
    }
}
