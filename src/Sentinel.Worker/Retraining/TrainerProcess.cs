using System.Diagnostics;
using System.Globalization;
using Sentinel.Core.Training;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Retraining;

/// <summary>How a training ended.</summary>
/// <param name="Outcome">One of <see cref="TrainingOutcomes"/>.</param>
/// <param name="Version">The stored model, when there is one.</param>
/// <param name="Error">Why there is none.</param>
/// <param name="Decision">What became of the model: one of <see cref="PromotionOutcomes"/>.</param>
/// <param name="Why">Why it is not in use now.</param>
internal sealed record TrainingResult(string Outcome, string? Version = null, string? Error = null, string? Decision = null, string? Why = null);

/// <summary>What does the training.</summary>
internal interface ITrainer
{
    /// <param name="order">What to train.</param>
    /// <param name="progress">Called for every line of progress.</param>
    /// <param name="cancel">Ends the training.</param>
    Task<TrainingResult> RunAsync(TrainingOrder order, Action<TrainerLine> progress, CancellationToken cancel);
}

/// <summary>
/// Runs a training as a child process: a native crash, a lack of memory or a hang in it cannot touch inspection. Its progress comes line by
/// line; it is killed when it is cancelled, when it falls silent, when it takes far longer than it may, and when it takes more memory.
/// </summary>
internal sealed class TrainerProcess(
    TrainerExecutable executable, SharedProcessors processors, NativeMessages messages, TimeProvider time) : ITrainer
{
    private const int ErrorLinesKept = 20;

    private static readonly TimeSpan _longestSilence = TimeSpan.FromMinutes(2);

    public async Task<TrainingResult> RunAsync(TrainingOrder order, Action<TrainerLine> progress, CancellationToken cancel)
    {
        using var tooLong = new CancellationTokenSource(order.Patience, time);
        using var silent = new CancellationTokenSource(_longestSilence, time);
        using var tooLarge = new CancellationTokenSource();
        using var ended = new CancellationTokenSource();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel, tooLong.Token, silent.Token, tooLarge.Token);
        using var shared = processors.BeginTraining();
        using var process = Start(order);
        var memory = MemoryWatch.WatchAsync(process.Id, order.Settings.Training.MaxMemory, _ => tooLarge.Cancel(), ended.Token);
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

                if (line.Phase == TrainingProgress.Comparing)
                {
                    // It takes as long as there are images that people have judged; a hang in it is silent.
                    tooLong.CancelAfter(order.Patience);
                }
            }

            await process.WaitForExitAsync(stop.Token);
        }
        catch (OperationCanceledException)
        {
            End(process);
            await process.WaitForExitAsync(CancellationToken.None);
            var budget = order.Settings.Training.Budget;
            return cancel.IsCancellationRequested ? new(TrainingOutcomes.Cancelled)
                : tooLarge.IsCancellationRequested
                    ? Failed($"It took more memory than the {order.Settings.Training.MaxMemory >> 20} MiB of Training:MaxMemory and was ended.")
                : tooLong.IsCancellationRequested ? Failed($"It ran longer than {order.Patience} and was ended; its budget is {budget}.")
                : Failed($"It said nothing for {_longestSilence.TotalMinutes:0} minutes and was ended.");
        }
        finally
        {
            // Whatever ended the listening: nobody would look after it any more.
            End(process);
            await ended.CancelAsync();
            await memory;
        }

        var result = Result(process.ExitCode, last, string.Join(Environment.NewLine, await complaints));
        foreach (var line in (await complaints).Where(line => result.Error?.Contains(line, StringComparison.Ordinal) != true))
        {
            messages.Note($"The trainer of {order.Product}", line);
        }

        return result;
    }

    private static void End(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }
    }

    private static TrainingResult Result(int exitCode, TrainerLine? last, string complaints) => (exitCode, last) switch
    {
        (0, { Version: { } version }) => new(TrainingOutcomes.Trained, version, Decision: last.Decision, Why: last.Why),
        (0, _) => Failed("It ended without a model."),
        (_, { Error: { } error, Kind: TrainingFailure.Refused }) => new(TrainingOutcomes.Refused, Error: error),
        (_, { Error: { } error, Kind: TrainingFailure.MachineFault }) => new(TrainingOutcomes.MachineFault, Error: error),
        (_, { Error: { } error }) => Failed(error),
        ( > 128, _) => Failed($"The trainer was ended by signal {exitCode - 128}. {complaints}".TrimEnd()),
        _ => Failed($"The trainer ended with exit code {exitCode}. {complaints}".TrimEnd()),
    };

    private static TrainingResult Failed(string error) => new(TrainingOutcomes.Failed, Error: error);

    private static async Task<IReadOnlyList<string>> TailAsync(StreamReader errors)
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

        return [.. tail];
    }

    private Process Start(TrainingOrder order)
    {
        var start = new ProcessStartInfo(executable.Program, [.. executable.Before, .. order.Arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (processors.ForTraining is { } share)
        {
            // .NET and Torch in the child take it for their quota.
            start.Environment["DOTNET_PROCESSOR_COUNT"] = share.ToString(CultureInfo.InvariantCulture);
        }

        return Process.Start(start) ?? throw new InvalidOperationException($"{executable.Program} did not start.");
    }
}
