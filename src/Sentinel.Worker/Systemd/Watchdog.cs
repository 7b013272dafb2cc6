using Microsoft.Extensions.Hosting.Systemd;
using Quartz;
using Sentinel.Core.Torch;
using Sentinel.Worker.Endpoints;

namespace Sentinel.Worker.Systemd;

/// <summary>
/// Says every few seconds that Sentinel is alive, and only while scan, inspection, scheduler and the Torch thread are: to systemd, which
/// starts it again when it falls silent, and to <c>/healthz</c> for other supervisors. Under systemd it also keeps the status line.
/// </summary>
internal sealed partial class Watchdog(
    Pulse pulse, StatusLine status, TorchThread torch, ISchedulerFactory schedulers, Readiness readiness, SentinelOptions options,
    IHostApplicationLifetime lifetime, TimeProvider time, ILogger<Watchdog> logger, ISystemdNotifier? systemd = null) : BackgroundService
{
    /// <summary>The part under which a hang is reported.</summary>
    public const string Part = "watchdog";

    private static readonly ServiceState _alive = new("WATCHDOG=1");
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(5);

    private Task _torchAnswer = Task.CompletedTask;
    private long _torchAsked;
    private string? _said;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // While Sentinel stops, systemd counts the time itself.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        var scheduler = await schedulers.GetScheduler(stop.Token);
        await SchedulerPulse.ScheduleAsync(scheduler, stop.Token);
        using var timer = new PeriodicTimer(Interval(), time);
        do
        {
            await ExcuseAsync(scheduler, stop.Token);
            var stalled = pulse.Stalled() ?? TorchStalled();
            Report(stalled);
            if (stalled is null)
            {
                systemd?.Notify(_alive);
            }

            Say(status.Text());
        }
        while (await timer.WaitForNextTickAsync(stop.Token));
    }

    /// <summary>A third of what systemd grants, so that one late tick is no death.</summary>
    private static TimeSpan Interval()
    {
        var isOurs = Environment.GetEnvironmentVariable("WATCHDOG_PID") is not { Length: > 0 } pid || pid == $"{Environment.ProcessId}";
        return isOurs && long.TryParse(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), out var granted) && granted > 0
            && TimeSpan.FromMicroseconds(granted) / 3 is var third && third < _longest ? third : _longest;
    }

    private async Task ExcuseAsync(IScheduler scheduler, CancellationToken cancel)
    {
        if (readiness.Problems.ContainsKey("storage"))
        {
            pulse.Excuse();
        }
        else if (await SchedulerPulse.HasHandsFullAsync(scheduler, cancel))
        {
            pulse.SchedulerFired();
        }
    }

    private string? TorchStalled()
    {
        if (_torchAnswer.IsCompleted)
        {
            (_torchAnswer, _torchAsked) = (torch.RunAsync(() => true), time.GetTimestamp());
        }

        var silence = time.GetElapsedTime(_torchAsked);
        return silence > options.Watchdog.Patience ? $"the thread that talks to Torch has not answered for {silence.TotalSeconds:0} s" : null;
    }

    private void Report(string? stalled)
    {
        var isNew = stalled is not null && !readiness.Problems.ContainsKey(Part);
        readiness.Report(Part, stalled);
        if (isNew)
        {
            Log.Stalled(logger, stalled!);
        }
    }

    private void Say(string text)
    {
        if (text != _said)
        {
            systemd?.Notify(new ServiceState($"STATUS={text}"));
            _said = text;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Critical, "Sentinel hangs: {What}. A supervisor is to start it again.")]
        public static partial void Stalled(ILogger logger, string what);
    }
}
