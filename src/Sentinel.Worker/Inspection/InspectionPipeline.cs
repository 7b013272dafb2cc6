using System.Threading.Channels;
using Sentinel.Core.Imaging;
using Sentinel.Core.Torch;
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
    Admission admission, Decoding decoding, IExaminer examiner, Filing filing, Claims claims, ReadyRule ready, StoragePatience storage,
    SentinelMetrics metrics, Pulse pulse, SentinelOptions options, TimeProvider time, ILogger<InspectionPipeline> logger)
{
    private readonly PixelRoom _room = new(options.Limits.MaxPixelsInWork);
    private readonly RepeatLimit _putBack = new(TimeSpan.FromHours(1), time);
    private readonly RepeatLimit _withoutCopy = new(TimeSpan.FromHours(1), time);

    /// <summary>Works until the queue is completed and empty.</summary>
    /// <param name="stopping">Sentinel stops: what is in flight is finished, but a fault of the environment is not waited out any
    /// more.</param>
    /// <param name="abandon">Time is up: leave everything as it is; the next start takes it up.</param>
    public async Task RunAsync(CancellationToken stopping, CancellationToken abandon)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(abandon);
        var admitted = Channel.CreateBounded<ClaimedImage>(1);
        var decoded = Channel.CreateBounded<ImageInWork>(1);
        var examined = Channel.CreateBounded<ImageInWork>(1);

        await Task.WhenAll(
            Station(() => admission.RunAsync(admitted.Writer, stopping, end.Token)),
            Station(() => PassOnAsync(admitted.Reader.ReadAllAsync(end.Token), image => DecodeAsync(image, stopping, end.Token), decoded.Writer, end.Token)),
            Station(() => PassOnAsync(decoded.Reader.ReadAllAsync(end.Token), ExamineAsync, examined.Writer, end.Token)),
            Station(async () =>
            {
                await foreach (var work in examined.Reader.ReadAllAsync(end.Token))
                {
                    using (work.Examination)
                    {
                        await FinishAsync(work, stopping, end.Token);
                    }

                    pulse.Left();
                    _room.Leave(work.Announced);
                    if (work.Image.Heartbeat is null)
                    {
                        metrics.ClaimEnded(work.Entry.Product);
                    }
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

    private async Task<ImageInWork> DecodeAsync(ClaimedImage image, CancellationToken stopping, CancellationToken end)
    {
        pulse.Entered();
        await HangIfToldAsync();
        var trace = image.Heartbeat is null ? InspectionTrace.Begin(image.Entry) : null;
        using var step = trace?.Step("decode");
        var announced = await storage.UntilItWorksAsync($"read '{image.Path}'", () => decoding.Announce(image), stopping);
        await _room.EnterAsync(announced.Announced, end);
        var work = await storage.UntilItWorksAsync($"read '{image.Path}'", () => decoding.Decode(announced), stopping);
        if (image.Heartbeat is null)
        {
            metrics.StepTook("settle", image.Entry.ClaimedAt - image.Entry.ReceivedAt, image.Entry.Id);
            metrics.StepTook("decode", work.DecodeTook, image.Entry.Id);
        }

        pulse.Moved();
        return work with { Trace = trace };
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

        using var step = work.Trace?.Step("infer");
        if (await examiner.ExamineAsync(work.Entry.Product, work.Pages) is { } examination)
        {
            if (work.Image.Heartbeat is null)
            {
                metrics.StepTook("infer", examination.InferTook, work.Entry.Id);
            }

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

    private async Task FinishAsync(ImageInWork work, CancellationToken stopping, CancellationToken end)
    {
        var start = time.GetTimestamp();
        var name = work.Entry.File;
        if (work.Image.Heartbeat is { } heartbeat)
        {
            var denoised = await DenoiseAsync(work, end);
            await storage.UntilItWorksAsync("finish a heartbeat", () => heartbeat.Finish(denoised), stopping);
            return;
        }

        var step = work.Trace?.Step("write");
        LedgerEntry? entry = null;
        switch (work.Ending)
        {
            case Ending.PutBack(var until, var why):
                await PutBackAsync(work, until, why, stopping);
                break;
            case Ending.StaysClaimed:
                break;
            case Ending.Vanished:
                entry = await storage.UntilItWorksAsync($"record '{name}'", () => filing.GiveUp(work), stopping);
                break;
            default:
                entry = await storage.UntilItWorksAsync($"record '{name}'", () => filing.IsStillWritten(work) ? null : Record(work), stopping);
                if (entry is null)
                {
                    await PutBackAsync(work, time.GetUtcNow(), "somebody still writes to it", stopping);
                    break;
                }

                var finished = entry.Verdict is null ? work : await DenoiseAsync(work, end);
                await storage.UntilItWorksAsync($"file '{name}'", () => filing.PutAway(finished, entry), stopping);
                metrics.StepTook("write", time.GetElapsedTime(start) - finished.DenoiseTook, work.Entry.Id);
                break;
        }

        step?.Dispose();
        work.Trace?.End(entry);
    }

    /// <summary>Nobody who waits for the verdict waits for the copy; nor does a stop, after which the next start makes it.</summary>
    private async Task<ImageInWork> DenoiseAsync(ImageInWork work, CancellationToken end)
    {
        if (work is not { Frame: { } frame, Examination: { } examination })
        {
            return work;
        }

        using var step = work.Trace?.Step("denoise");
        var start = time.GetTimestamp();
        Frame denoised;
        try
        {
            denoised = await examination.DenoiseAsync(frame, end);
        }
        catch (MachineFaultException fault)
        {
            // The verdict is out and stands: its scores are numbers. A black copy would be worse than none.
            if (_withoutCopy.TimesToSay(work.Entry.Product) is { } times)
            {
                Log.WithoutCopy(logger, work.Entry.File, work.Entry.Product, fault.Message, times);
            }

            return work;
        }

        var took = time.GetElapsedTime(start);
        if (work.Image.Heartbeat is null)
        {
            metrics.StepTook("denoise", took, work.Entry.Id);
        }

        return work with { Denoised = denoised, DenoiseTook = took };
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

    private async Task PutBackAsync(ImageInWork work, DateTimeOffset until, string why, CancellationToken stopping)
    {
        if (await storage.UntilItWorksAsync($"put '{work.Entry.File}' back", () => claims.PutBack(work.Image), stopping) is { } file)
        {
            ready.Hold(file, until);
        }

        // Under its id it is the same image at each attempt; whoever looks after it has been told.
        if (_putBack.TimesToSay(work.Entry.Id) is not null)
        {
            Log.PutBack(logger, work.Entry.File, work.Entry.Product, why);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{File} of {Product} waits in the inbox: {Why}.")]
        public static partial void PutBack(ILogger logger, string file, string product, string why);

        [LoggerMessage(LogLevel.Error, "{File} of {Product} has no denoised copy. {Fault} ({Times} times)")]
        public static partial void WithoutCopy(ILogger logger, string file, string product, string fault, int times);
    }
}
