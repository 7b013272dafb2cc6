using Sentinel.Core.Imaging;
using Sentinel.Worker.Inbox;
using Sentinel.Worker.Ledger;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Inspection;

/// <summary>One claimed image on its way from decoding to filing, and what was found out so far.</summary>
internal sealed record ImageInWork(ClaimedImage Image)
{
    public LedgerEntry Entry => Image.Entry;

    public string? Sha256 { get; init; }

    /// <summary>What the file was when it was read; null when it was not.</summary>
    public FileStamp? Stamp { get; init; }

    /// <summary>The pictures in the file that are looked at; none before it is decoded.</summary>
    public IReadOnlyList<Frame> Pages { get; init; } = [];

    /// <summary>The page that stands for the file: the worst, once they are examined.</summary>
    public Frame? Frame => Pages.Count == 0 ? null : Pages[(Examination?.Page ?? 1) - 1];

    /// <summary>Pixels that its header says it will have in memory; 0 where nothing is to be decoded.</summary>
    public long Announced { get; init; }

    public Examination? Examination { get; init; }

    /// <summary>Null when nobody listens.</summary>
    public InspectionTrace? Trace { get; init; }

    /// <summary>The copy without noise and boxes of <see cref="Frame"/>; made after the verdict is recorded.</summary>
    public Frame? Denoised { get; init; }

    public TimeSpan DecodeTook { get; init; }

    public TimeSpan DenoiseTook { get; init; }

    /// <summary>How it ends when it is not with a new verdict.</summary>
    public Ending? Ending { get; init; }
}

/// <summary>An end other than a new verdict.</summary>
internal abstract record Ending
{
    /// <summary>The verdict was recorded before a crash; what is left is to file it.</summary>
    internal sealed record AsRecorded : Ending;

    /// <summary>Its content has a verdict already.</summary>
    internal sealed record Duplicate : Ending;

    /// <summary>Set aside, for this reason.</summary>
    internal sealed record SetAside(string Reason, string Message) : Ending;

    /// <summary>Back into the inbox, and not looked at before that time unless it changes.</summary>
    internal sealed record PutBack(DateTimeOffset Until, string Why) : Ending;

    /// <summary>Sentinel stops before it is known what to do; the next start takes it up.</summary>
    internal sealed record StaysClaimed : Ending;

    /// <summary>Somebody wrote to it after its verdict was recorded: that stands, and the file goes back as another one.</summary>
    internal sealed record Rewritten : Ending;

    /// <summary>Somebody took the file out of the work folder.</summary>
    internal sealed record Vanished : Ending;
}
