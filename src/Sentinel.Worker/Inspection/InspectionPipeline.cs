using System.Threading.Channels;
using Sentinel.Worker.Inbox;
using Sentinel.Worker.Ledger;
using Sentinel.Worker.Systemd;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Inspection;

/// <summary>
/// Decode, infer, write: three stations with room for one image between each two, so that the next image is decoded while one is with the
/// network and another on its way to the disk. Large images have fewer companions in memory; order is kept, except that images under
/// suspicion are tried aside, one after the other, and hold up nobody.
/// </summary>
internal sealed partial class InspectionPipeline(
    InspectionQueue queue, Quarantine quarantine, Decoding decoding, IExaminer examiner, Filing filing, Claims claims, ReadyRule ready, StoragePatience storage,
    SentinelMetrics metrics, Pulse pulse, SentinelOptions options, TimeProvider time, ILogger<InspectionPipeline> logger)
{
    /// <summary>Pixels of decoded images in memory; about 12 bytes each with the pictures made of them.</summary>
    private const long MostPixels = 32_000_000;

    private readonly PixelRoom _room = new(MostPixels);

    /// <summary>Works until the queue is completed and empty.</summary>
    /// <param name="stopping">Sentinel stops: what is in flight is finished, but a fault of the environment is not waited out any
    /// more.</param>
    /// <param name="abandon">Time is up: leave everything as it is; the next start takes it up.</param>
    public async Task RunAsync(CancellationToken stopping, CancellationToken abandon)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(abandon);
        var suspects = Channel.CreateUnbounded<ClaimedImage>();
        var admitted = Channel.CreateBounded<ClaimedImage>(1);
        var decoded = Channel.CreateBounded<ImageInWork>(1);
        var examined = Channel.CreateBounded<ImageInWork>(1);

        await Task.WhenAll(
            Station(() => AdmitAsync(suspects, admitted.Writer, stopping, end.Token)),
            Station(() => PassOnAsync(admitted.Reader.ReadAllAsync(end.Token), image => DecodeAsync(image, stopping, end.Token), decoded.Writer, end.Token)),
            Station(() => PassOnAsync(decoded.Reader.ReadAllAsync(end.Token), ExamineAsync, examined.Writer, end.Token)),
            Station(async () =>
            {
                await foreach (var work in examined.Reader.ReadAllAsync(end.Token))
                {
                    using (work.Examination)
                    {
                        await FinishAsync(work, stopping);
                    }

                    pulse.Left();
                    _room.Leave(work.Pixels);
                }
            }));

        // One station that fails must not leave the others waiting for it.
        Task Station(Func<Task> work) => Task.Run(
            async () =>
            {
                try
                {
                    await work();
                }
                catch
                {
                    await end.CancelAsync();
                    throw;
                }
            },
            CancellationToken.None);
    }

    private static async Task PassOnAsync<T>(
        IAsyncEnumerable<T> images, Func<T, Task<ImageInWork>> step, ChannelWriter<ImageInWork> next, CancellationToken end)
    {
        await foreach (var image in images)
        {
            await next.WriteAsync(await step(image), end);
        }

        next.Complete();
    }

    /// <summary>Lets images in as they come; those under suspicion after their trial.</summary>
    private async Task AdmitAsync(
        Channel<ClaimedImage> suspects, ChannelWriter<ClaimedImage> admitted, CancellationToken stopping, CancellationToken end)
    {
        var trials = Task.Run(
            async () =>
            {
                await foreach (var first in suspects.Reader.ReadAllAsync(end))
                {
                    var images = WithOthersOf(first, suspects.Reader);
                    var trials = await storage.UntilItWorksAsync($"try '{first.Path}'", () => quarantine.Examine(images, stopping), stopping);
                    foreach (var (image, trial) in images.Zip(trials))
                    {
                        await admitted.WriteAsync(image with { Trial = trial }, end);
                    }
                }
            },
            CancellationToken.None);
        await foreach (var image in queue.ReadAllAsync(end))
        {
            await (Quarantine.Suspects(image) ? suspects.Writer : admitted).WriteAsync(image, end);
        }

        suspects.Writer.Complete();
        await trials;
        admitted.Complete();
    }

    /// <summary>The image and those of its product that wait right behind it.</summary>
    private static List<ClaimedImage> WithOthersOf(ClaimedImage first, ChannelReader<ClaimedImage> waiting)
    {
        var images = new List<ClaimedImage> { first };
        while (images.Count < Quarantine.LargestTrial && waiting.TryPeek(out var next) && next.Entry.Product == first.Entry.Product
            && waiting.TryRead(out next))
        {
            images.Add(next);
        }

        return images;
    }

    private async Task<ImageInWork> DecodeAsync(ClaimedImage image, CancellationToken stopping, CancellationToken end)
    {
        pulse.Entered();
        await HangIfToldAsync();
        var work = await storage.UntilItWorksAsync($"read '{image.Path}'", () => decoding.Decode(image), stopping);
        await _room.EnterAsync(work.Pixels, end);
        metrics.StepTook("settle", image.Entry.ClaimedAt - image.Entry.ReceivedAt);
        metrics.StepTook("decode", work.DecodeTook);
        pulse.Moved();
        return work;
    }

    /// <summary>A hang as a native library would make one: it heeds no cancellation. Only for tests of a supervisor.</summary>
    private async Task HangIfToldAsync()
    {
        while (options.Watchdog.HangWhile is { } file && File.Exists(file))
        {
            await Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None);
        }
    }

    private async Task<ImageInWork> ExamineAsync(ImageInWork work)
    {
        if (work.Pages.Count == 0)
        {
            return work;
        }

        if (await examiner.ExamineAsync(work.Entry.Product, work.Pages) is { } examination)
        {
            metrics.StepTook("infer", examination.InferTook);
            pulse.Moved();
            return work with { Examination = examination };
        }

        return work with
        {
            Ending = work.Entry.Verdict is null
                ? new Ending.PutBack(time.GetUtcNow(), "its product has no model now")
                : new Ending.AsRecorded(),
        };
    }

    private async Task FinishAsync(ImageInWork work, CancellationToken stopping)
    {
        var start = time.GetTimestamp();
        var name = work.Entry.File;
        switch (work.Ending)
        {
            case Ending.PutBack(var until, var why):
                await storage.UntilItWorksAsync($"put '{name}' back", () => PutBack(work, until, why), stopping);
                break;
            case Ending.StaysClaimed:
                break;
            case Ending.Vanished:
                Log.Vanished(logger, name, work.Entry.Product);
                await storage.UntilItWorksAsync($"record '{name}'", () => filing.GiveUp(work), stopping);
                break;
            default:
                var entry = await storage.UntilItWorksAsync($"record '{name}'", () => Record(work), stopping);
                var finished = entry.Verdict is null ? work : await DenoiseAsync(work);
                await storage.UntilItWorksAsync($"file '{name}'", () => filing.PutAway(finished, entry), stopping);
                metrics.StepTook("write", time.GetElapsedTime(start));
                break;
        }
    }

    /// <summary>Nobody who waits for the verdict waits for the copy.</summary>
    private async Task<ImageInWork> DenoiseAsync(ImageInWork work)
    {
        if (work is not { Frame: { } frame, Examination: { } examination })
        {
            return work;
        }

        var start = time.GetTimestamp();
        var denoised = await examination.DenoiseAsync(frame);
        return work with { Denoised = denoised, DenoiseTook = time.GetElapsedTime(start) };
    }

    private LedgerEntry Record(ImageInWork work)
    {
        switch (work.Ending)
        {
            case Ending.SetAside(var reason, var message):
                return filing.RecordFailure(work, reason, message);
            case Ending.Duplicate:
                return filing.RecordDuplicate(work);
            case null when work.Entry.Verdict is null:
                var entry = filing.RecordVerdict(work);
                return entry.State is ImageState.Claimed ? filing.RecordDuplicate(work) : entry;
            default:
                return work.Entry;
        }
    }

    private void PutBack(ImageInWork work, DateTimeOffset until, string why)
    {
        if (claims.PutBack(work.Image) is { } file)
        {
            ready.Hold(file, until);
        }

        Log.PutBack(logger, work.Entry.File, work.Entry.Product, why);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{File} of {Product} waits in the inbox: {Why}.")]
        public static partial void PutBack(ILogger logger, string file, string product, string why);

        [LoggerMessage(LogLevel.Warning, "{File} of {Product} was taken out of the work folder by somebody.")]
        public static partial void Vanished(ILogger logger, string file, string product);
    }
}
