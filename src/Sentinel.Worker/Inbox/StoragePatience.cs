using Sentinel.Worker.Endpoints;
using Sentinel.Worker.Ledger;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Inbox;

/// <summary>
/// Faults of the environment (disk full, share gone, no rights, ledger locked) are waited out: the step is tried again until it works,
/// intake stands still meanwhile, and the reason is seen in <c>/readyz</c>, the log and a metric. No image is blamed.
/// </summary>
internal sealed partial class StoragePatience(
    Readiness readiness, SentinelMetrics metrics, TimeProvider time, ILogger<StoragePatience> logger)
{
    private static readonly TimeSpan _first = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(15);

    private readonly Lock _gate = new();
    private readonly RepeatLimit _repeats = new(TimeSpan.FromMinutes(5), time);
    private int _waiting;

    /// <summary>Does a step that may be repeated until the environment lets it through.</summary>
    /// <param name="what">What is being done, for the reason: <c>write results</c>.</param>
    /// <param name="step">The step; an <see cref="IOException"/>, <see cref="UnauthorizedAccessException"/> or
    /// <see cref="LedgerUnavailableException"/> from it is the environment's.</param>
    /// <param name="stopping">Ends the waiting, not the step.</param>
    /// <param name="isEnvironment">Narrows that down; what it does not accept is thrown.</param>
    /// <exception cref="OperationCanceledException">Sentinel stops before the step worked.</exception>
    public async Task<T> UntilItWorksAsync<T>(
        string what, Func<T> step, CancellationToken stopping, Func<Exception, bool>? isEnvironment = null)
    {
        var isWaiting = false;
        try
        {
            for (var pause = _first; ; pause = pause * 2 < _longest ? pause * 2 : _longest)
            {
                try
                {
                    return step();
                }
                catch (Exception fault) when (
                    fault is (IOException or UnauthorizedAccessException or LedgerUnavailableException) && isEnvironment?.Invoke(fault) != false)
                {
                    Pause(what, fault, ref isWaiting);
                }

                await Task.Delay(pause, time, stopping);
            }
        }
        finally
        {
            if (isWaiting)
            {
                GoOn();
            }
        }
    }

    /// <inheritdoc cref="UntilItWorksAsync{T}"/>
    public Task UntilItWorksAsync(string what, Action step, CancellationToken stopping) => UntilItWorksAsync(
        what,
        () =>
        {
            step();
            return true;
        },
        stopping);

    private void Pause(string what, Exception fault, ref bool isWaiting)
    {
        var reason = $"Cannot {what}: {fault.Message}";
        lock (_gate)
        {
            _waiting += isWaiting ? 0 : 1;
            isWaiting = true;
            readiness.Report("storage", reason);
            metrics.IntakePaused(reason);
        }

        // Of many files that meet the same fault in the same step the first is named.
        if (_repeats.TimesToSay($"{what.Split('\'')[0]}{fault.GetType()}{fault.HResult}") is { } times)
        {
            Log.Paused(logger, reason, times);
        }
    }

    private void GoOn()
    {
        lock (_gate)
        {
            if (--_waiting > 0)
            {
                return;
            }

            readiness.Report("storage", null);
            metrics.IntakePaused(null);
            _repeats.Forget();
        }

        Log.GoesOn(logger);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Intake is paused. {Reason} (tried {Times} times)")]
        public static partial void Paused(ILogger logger, string reason, int times);

        [LoggerMessage(LogLevel.Information, "Intake goes on.")]
        public static partial void GoesOn(ILogger logger);
    }
}
