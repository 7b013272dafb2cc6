using Sentinel.Core.Detection;
using Sentinel.Core.Drift;

namespace Sentinel.Worker.Ledger;

/// <summary>One image in the ledger. Paths are relative to the data root.</summary>
internal sealed record LedgerEntry
{
    /// <summary>UUID version 7, so that ids sort by time of claim.</summary>
    public required string Id { get; init; }

    public required string Product { get; init; }

    /// <summary>The file's name as it lay in the inbox.</summary>
    public required string File { get; init; }

    /// <summary>Where it lay: <c>inbox/tile/a.jpg</c>.</summary>
    public required string InboxPath { get; init; }

    public required long Bytes { get; init; }

    public required ImageState State { get; init; }

    /// <summary>How often decoding was begun and not ended: after a crash of the process this is what remains.</summary>
    public required int Attempts { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public required DateTimeOffset ClaimedAt { get; init; }

    /// <summary>When its last step was done: the original lies in the archive or in <c>failed/</c>.</summary>
    public DateTimeOffset? FiledAt { get; init; }

    /// <summary>The verdict, once it is recorded; it never changes.</summary>
    public RecordedVerdict? Verdict { get; init; }

    /// <summary>The image whose content this one repeats.</summary>
    public string? DuplicateOf { get; init; }

    /// <summary>Where the original goes, or lies: <c>archive/...</c> or <c>failed/...</c>.</summary>
    public string? FiledPath { get; init; }

    /// <summary>Why it failed, in one word and in one sentence.</summary>
    public Failure? Failure { get; init; }
}

/// <summary>A verdict as it was recorded, with everything that its result file says.</summary>
internal sealed record RecordedVerdict
{
    /// <summary>SHA-256 of the file's bytes, 64 lower-case hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    public required int Width { get; init; }

    public required int Height { get; init; }

    public required Verdict Verdict { get; init; }

    public required double Score { get; init; }

    public required double Threshold { get; init; }

    public required double Ratio { get; init; }

    public required double PValue { get; init; }

    public required string ModelVersion { get; init; }

    public required IReadOnlyList<Region> Regions { get; init; }

    public required DateTimeOffset InspectedAt { get; init; }

    /// <summary>Where its result file goes: <c>results/tile/2026-05-04/a.jpg.json</c>.</summary>
    public required string ResultPath { get; init; }
}

/// <summary>What is noted of an image beside its verdict; no part of the verdict.</summary>
/// <param name="Inputs">What camera and light did to it.</param>
/// <param name="Shadow">What a waiting model said of it, where one does.</param>
internal sealed record VerdictNotes(InputMeasures? Inputs, ShadowVerdict? Shadow);

/// <summary>What a model that is not in use said of an image.</summary>
internal sealed record ShadowVerdict(string ModelVersion, double Score, double PValue, Verdict Verdict);

/// <summary>Why an image was set aside.</summary>
/// <param name="Reason">One of a handful of words: a label value.</param>
/// <param name="Message">A sentence for the person who sent it.</param>
/// <param name="Sha256">The content's hash, when it could be read.</param>
/// <param name="At">When it was set aside.</param>
internal sealed record Failure(string Reason, string Message, string? Sha256, DateTimeOffset At);
