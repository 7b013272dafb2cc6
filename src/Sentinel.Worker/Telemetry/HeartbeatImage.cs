using Sentinel.Core.Detection;
using Sentinel.Core.Imaging;
using Sentinel.Worker.Inbox;
using Sentinel.Worker.Inspection;
using Sentinel.Worker.Ledger;

namespace Sentinel.Worker.Telemetry;

/// <summary>
/// A generated image on its way through the pipeline: read from the disk, decoded, held against the ledger, examined by the product's
/// model, its pictures written and the original moved like any other's. It leaves nothing behind: no row, no results, no count.
/// </summary>
internal sealed class HeartbeatImage
{
    private const int Side = 96;

    private readonly string _folder;
    private readonly TaskCompletionSource<Outcome> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private HeartbeatImage(string folder, string product, DateTimeOffset now)
    {
        _folder = folder;
        var path = Path.Combine(folder, "heartbeat.png");
        var entry = new LedgerEntry
        {
            Id = $"heartbeat-{product}",
            Product = product,
            File = "heartbeat.png",
            InboxPath = path,
            Bytes = 0,
            State = ImageState.Claimed,
            Attempts = 0,
            ReceivedAt = now,
            ClaimedAt = now,
        };
        Claim = new ClaimedImage(entry, path, IsNew: false) { Heartbeat = this };
    }

    /// <summary>What goes into the queue.</summary>
    public ClaimedImage Claim { get; }

    /// <summary>How it ended.</summary>
    public Task<Outcome> End => _end.Task;

    /// <summary>Draws noise that was never there before, so that its content is nobody's.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static HeartbeatImage Draw(string root, string product, ImageLimits limits, DateTimeOffset now)
    {
        var side = Math.Max(Side, limits.MinSide);
        var samples = new ushort[side * side];
        Random.Shared.NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(samples.AsSpan()));
        var image = new HeartbeatImage(Directory.CreateDirectory(Path.Combine(root, product)).FullName, product, now);
        AtomicFile.Write(image.Claim.Path, "heartbeat", ImageFile.EncodePng(new Frame(side, side, 1, samples)));
        return image;
    }

    /// <summary>The last station: writes what is written for every image, and clears it away. May be repeated after a fault.</summary>
    public void Finish(ImageInWork work)
    {
        if (work is { Ending: null, Frame: { } frame, Examination: { } examination })
        {
            var heatmap = Heatmap.Overlay(frame, examination.Finding.Map, examination.Finding.Regions);
            AtomicFile.Write(Path.Combine(_folder, "heatmap.png"), "heartbeat", ImageFile.EncodePng(heatmap));
            if (work.Denoised is { } denoised)
            {
                AtomicFile.Write(Path.Combine(_folder, "denoised.png"), "heartbeat", ImageFile.EncodePng(denoised));
            }

            if (File.Exists(work.Image.Path))
            {
                File.Move(work.Image.Path, Path.Combine(_folder, "filed.png"), overwrite: true);
            }
        }

        Directory.Delete(_folder, recursive: true);
        _end.TrySetResult(new Outcome(work.DecodeTook + (work.Examination?.InferTook ?? TimeSpan.Zero) + work.DenoiseTook, ProblemOf(work)));
    }

    private static string? ProblemOf(ImageInWork work) => work.Ending switch
    {
        null => work.Denoised is null ? "its denoised copy was not made" : null,
        Ending.PutBack(_, var why) => why,
        Ending.SetAside(_, var message) => message,
        var other => other.GetType().Name,
    };

    /// <param name="Work">Time that decoder and network worked on it.</param>
    /// <param name="Problem">Why it did not come through; null when it did.</param>
    public sealed record Outcome(TimeSpan Work, string? Problem);
}
