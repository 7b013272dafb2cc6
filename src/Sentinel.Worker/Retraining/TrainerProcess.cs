using System.Diagnostics;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Retraining;

/// <summary>How a training ended.</summary>
/// <param name="Outcome">One of <see cref="TrainingOutcomes"/>.</param>
/// <param name="Version">The published model, when there is one.</param>
/// <param name="Error">Why there is none.</param>
internal sealed record TrainingResult(string Outcome, string? Version = null, string? Error = null);

/// <summary>
/// Runs a training as a child process: a native crash, a lack of memory or a hang in it cannot touch inspection. Its progress comes line by
/// line; it is killed when it is cancelled, when it falls silent and when it takes far longer than it may.
/// </summary>
internal sealed class TrainerProcess(TrainerExecutable executable, TimeProvider time)
{
    private const int ErrorLinesKept = 20;

    private static readonly TimeSpan _longestSilence = TimeSpan.FromMinutes(2);

    public async Task<TrainingResult> RunAsync(TrainingOrder order, Action<TrainerLine> progress, CancellationToken cancel)
    {
        using var tooLong = new CancellationTokenSource(order.Patience, time);
        using var silent = new CancellationTokenSource(_longestSilence, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel, tooLong.Token, silent.Token);
        using var process = Start(order);
        var complaints = TailAsync(process.StandardError);
        TrainerLine? last = null;

        try
        {
            while (await process.StandardOutput.ReadLineAsync(stop.Token) is { } text)
            {
                silent.CancelAfter(_longestSilence);
                if (TrainerLine.Read(text) is not { } line)
                {
                    continue;
                }

                last = line;
                if (line.Phase is not null)
                {
                    progress(line);
                }
            }

            await process.WaitForExitAsync(stop.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            var budget = order.Settings.Training.Budget;
            return cancel.IsCancellationRequested ? new(TrainingOutcomes.Cancelled)
                : tooLong.IsCancellationRequested ? Failed($"It ran longer than {order.Patience} and was ended; its budget is {budget}.")
                : Failed($"It said nothing for {_longestSilence.TotalMinutes:0} minutes and was ended.");
        }

        return Result(process.ExitCode, last, await complaints);
    }

    private static TrainingResult Result(int exitCode, TrainerLine? last, string complaints) => (exitCode, last) switch
    {
        (0, { Version: { } version }) => new(TrainingOutcomes.Trained, version),
        (0, _) => Failed("It ended without a model."),
        (_, { Error: { } error, Kind: TrainingFailure.Refused }) => new(TrainingOutcomes.Refused, Error: error),
        (_, { Error: { } error }) => Failed(error),
        ( > 128, _) => Failed($"The trainer was ended by signal {exitCode - 128}. {complaints}".TrimEnd()),
        _ => Failed($"The trainer ended with exit code {exitCode}. {complaints}".TrimEnd()),
    };

    private static TrainingResult Failed(string error) => new(TrainingOutcomes.Failed, Error: error);

    private static async Task<string> TailAsync(StreamReader errors)
    {
        var tail = new Queue<string>();
        while (await errors.ReadLineAsync() is { } line)
        {
            tail.Enqueue(line);
            if (tail.Count > ErrorLinesKept)
            {
                tail.Dequeue();
            }
        }

        return string.Join(Environment.NewLine, tail);
    }

    private Process Start(TrainingOrder order)
    {
        var start = new ProcessStartInfo(executable.Program, [.. executable.Before, .. order.Arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start) ?? throw new InvalidOperationException($"{executable.Program} did not start.");
    }
}
