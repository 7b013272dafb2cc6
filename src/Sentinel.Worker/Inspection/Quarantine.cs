using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Sentinel.Worker.Inbox;
using Sentinel.Worker.Ledger;
using Sentinel.Worker.Retraining;

namespace Sentinel.Worker.Inspection;

/// <summary>How a process ended that was given one image and nothing else to do.</summary>
internal abstract record Trial
{
    /// <summary>It ended by itself: the image is innocent, whatever else may be wrong with it.</summary>
    internal sealed record Survived : Trial;

    /// <summary>The image killed it, in this way: <c>was ended by signal 11</c>.</summary>
    internal sealed record Died(string How) : Trial;

    /// <summary>Sentinel stops; nothing is known.</summary>
    internal sealed record Unfinished : Trial;
}

/// <summary>
/// Tries an image that was in work when the process died in a short-lived process of the same executable. A power cut, a <c>kill -9</c> and
/// an image that brings a native library down look the same from the ledger, and other images were in work beside it: only one that kills
/// a process all by itself is to blame.
/// </summary>
internal sealed partial class Quarantine(
    TrainerExecutable executable, DataFolders folders, SentinelOptions options, ILogger<Quarantine> logger)
{
    /// <summary>Ends of the process during work on an image that put it under suspicion.</summary>
    private const int MostAttempts = 2;

    /// <summary>As many are tried together at first: after a crash most are innocent, and each process of its own takes seconds to start.</summary>
    public const int LargestTrial = 16;

    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);

    public static bool Suspects(ClaimedImage image) =>
        image.Entry is { Attempts: >= MostAttempts, State: not ImageState.Failed, DuplicateOf: null } && image.Trial is null;

    /// <summary>Tries images of one product: all in one process, and each by itself when that one dies.</summary>
    /// <exception cref="IOException">The process could not do its work, for a reason that is not the image's.</exception>
    public IReadOnlyList<Trial> Examine(IReadOnlyList<ClaimedImage> images, CancellationToken stopping)
    {
        foreach (var image in images)
        {
            Log.Tries(logger, image.Entry.File, image.Entry.Product, image.Entry.Attempts);
        }

        return ExamineTogether(images, stopping) is var trial && images.Count > 1 && trial is Trial.Died
            ? [.. images.Select(image => ExamineTogether([image], stopping))]
            : [.. images.Select(_ => trial)];
    }

    private Trial ExamineTogether(IReadOnlyList<ClaimedImage> images, CancellationToken stopping)
    {
        using var process = Start(images);
        var complaint = "";
        process.ErrorDataReceived += (_, line) => complaint = line.Data is { Length: > 0 } said ? said : complaint;
        process.OutputDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        using var stop = stopping.Register(process.Kill);

        var ended = process.WaitForExit(_patience);
        if (!ended)
        {
            process.Kill();
        }

        process.WaitForExit();
        return (stopping.IsCancellationRequested, ended, process.ExitCode) switch
        {
            (true, _, not 0) => new Trial.Unfinished(),
            (_, false, _) => new Trial.Died($"did not end within {_patience.TotalMinutes:0} minutes"),
            (_, _, 0) => new Trial.Survived(),
            (_, _, > 128 and var code) => new Trial.Died($"was ended by signal {code - 128}"),
            _ => throw new IOException($"'{images[0].Entry.File}' could not be tried in a process of its own. {complaint}".TrimEnd()),
        };
    }

    private Process Start(IReadOnlyList<ClaimedImage> images)
    {
        var product = images[0].Entry.Product;
        string[] arguments =
        [
            "examine-file", .. images.Select(image => image.Path),
            "--product", product,
            "--data", folders.Root,
            "--parent", Number(Environment.ProcessId),
            "--set", $"Limits:MaxBytes={Number(options.Limits.MaxBytes)}",
            "--set", $"Limits:MaxPixels={Number(options.Limits.MaxPixels)}",
            "--set", $"Limits:MinSide={Number(options.Limits.MinSide)}",
            "--set", $"Limits:MaxFrames={Number(options.Limits.MaxFrames)}",
            "--set", $"Limits:DecodeTime={options.Limits.DecodeTime}",
            "--set", $"Pages={options.SettingsOf(product).Pages}",
        ];
        try
        {
            return Process.Start(new ProcessStartInfo(executable.Program, [.. executable.Before, .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        }
        catch (Win32Exception fault)
        {
            throw new IOException($"'{executable.Program}' cannot be started: {fault.Message}", fault);
        }
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{File} of {Product} was in work at {Attempts} ends of the process and is tried in one of its own first.")]
        public static partial void Tries(ILogger logger, string file, string product, int attempts);
    }
}
