using System.Diagnostics.Metrics;
using System.Text.Json;
using Sentinel.Core.Detection;
using Sentinel.Core.Imaging;
using Sentinel.Worker.Inbox;
using Sentinel.Worker.Inspection;
using Sentinel.Worker.Ledger;
using Sentinel.Worker.Retraining;
using Sentinel.Worker.Systemd;
using Sentinel.Worker.Telemetry;
using Sentinel.Worker.Tests.Inbox;
using Sentinel.Worker.Upkeep;
using Finding = Sentinel.Core.Detection.Inspection;

namespace Sentinel.Worker.Tests.Inspection;

/// <summary>
/// One run of the whole line on a data root: intake, decoder, pipeline, files and ledger are the real ones; only the network is replaced by
/// <see cref="BrightnessExaminer"/>. Several lines one after the other on one root are several runs of the process.
/// </summary>
internal sealed class Line : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, long> _counted = [];
    private readonly CancellationTokenSource _stop = new();

    /// <param name="root">The data root.</param>
    /// <param name="examiner">What judges.</param>
    /// <param name="configure">Settings that differ.</param>
    /// <param name="trial">What runs as the process of its own for an image under suspicion.</param>
    /// <param name="clock">What times the decoder, where not the root's clock.</param>
    public Line(
        DataRoot root, BrightnessExaminer? examiner = null, Action<SentinelOptions>? configure = null, TrainerExecutable? trial = null,
        TimeProvider? clock = null)
    {
        Root = root;
        Queue = new InspectionQueue(root.Metrics);
        Examiner = examiner ?? new BrightnessExaminer();
        Options.Inbox.QuietPeriod = TimeSpan.Zero;
        Options.Inbox.ScanInterval = TimeSpan.FromMilliseconds(200);
        configure?.Invoke(Options);
        Listen();

        Decoding = new Decoding(root.Folders, root.Ledger, new Retries(), Options, clock ?? root.Time);
        Filing = new Filing(
            root.Folders, root.Mark, Options, root.Ledger, new FilingPlan(root.Folders, root.Ledger), new ResultFiles(root.Folders, root.Time), root.Claims,
            root.Metrics, root.Time, root.Log.For<Filing>());
        var quarantine = new Quarantine(trial ?? Surviving, root.Folders, Options, root.Log.For<Quarantine>());
        Pulse = new Pulse(Options, TimeProvider.System);
        Pipeline = new InspectionPipeline(
            new Admission(Queue, quarantine, root.Storage), Decoding, Examiner, Filing, root.Claims, root.Ready, root.Storage, root.Metrics, Pulse, Options, root.Time,
            root.Log.For<InspectionPipeline>());
        Floor = new FreeSpaceFloor(root.Folders, Options, root.Readiness, root.Metrics, root.Log.For<FreeSpaceFloor>());
        Watcher = new InboxWatcher(root.Folders, root.Metrics, root.Log.For<InboxWatcher>());
        Reasons = new WaitingReasons(root.Folders, root.Readiness, root.Log.For<WaitingReasons>());
        var lookout = new Lookout(root.Scanner, Watcher, root.Folders, Options, root.Readiness, root.Metrics, root.Log.For<Lookout>());
        Intake = new Intake(
            lookout, Watcher, root.Ready, Reasons, root.Claims, root.Storage, Queue, Examiner, Options, root.Metrics, TimeProvider.System,
            Floor, Pulse, root.Log.For<Intake>());
    }

    /// <summary>A process that images survive.</summary>
    public static TrainerExecutable Surviving { get; } = new("/bin/true", []);

    /// <summary>A process that every image kills, as a fault in a native library does.</summary>
    public static TrainerExecutable Dying { get; } = new("/bin/sh", ["-c", "kill -SEGV $$"]);

    public DataRoot Root { get; }

    public BrightnessExaminer Examiner { get; }

    public SentinelOptions Options => Root.Options;

    public InspectionQueue Queue { get; }

    public Decoding Decoding { get; }

    public Filing Filing { get; }

    public Pulse Pulse { get; }

    public InspectionPipeline Pipeline { get; }

    public FreeSpaceFloor Floor { get; }

    public InboxWatcher Watcher { get; }

    public WaitingReasons Reasons { get; }

    public Intake Intake { get; }

    /// <summary>How often an event was counted in this run: <c>inspected</c>, <c>failed</c>, <c>duplicate</c>, <c>received</c>.</summary>
    public long Counted(string what)
    {
        lock (_counted)
        {
            return _counted.GetValueOrDefault($"sentinel_images_{what}");
        }
    }

    /// <summary>The longest time from the first look at a file to its pixels, or to the reason why not.</summary>
    public TimeSpan LongestDecode { get; private set; }

    /// <summary>A PNG of one grey level: what <see cref="BrightnessExaminer"/> judges.</summary>
    public static byte[] Picture(byte level, int width = 40, int height = 30) =>
        ImageFile.EncodePng(new Frame(width, height, 1, [.. Enumerable.Repeat((ushort)(level * 257), width * height)]));

    /// <summary>A TIFF of pages of one grey level each.</summary>
    public static byte[] Pages(params byte[] levels)
    {
        using var tall = NetVips.Image.NewFromMemory(
            levels.SelectMany(level => Enumerable.Repeat(level, 40 * 30)).ToArray(), 40, 30 * levels.Length, 1, NetVips.Enums.BandFormat.Uchar);
        return tall.TiffsaveBuffer(pageHeight: 30);
    }

    public ImageInWork Decode(ClaimedImage image) => Decoding.Decode(Decoding.Announce(image));

    /// <summary>Inspects these claims and returns when they are done.</summary>
    public async Task InspectAsync(params IEnumerable<ClaimedImage> images)
    {
        var work = Pipeline.RunAsync(_stop.Token, CancellationToken.None);
        foreach (var image in images)
        {
            await Queue.AddAsync(image, TestContext.Current.CancellationToken);
        }

        Queue.Complete();
        await work.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    /// <summary>Runs intake and pipeline until <paramref name="isDone"/>, then stops them as the host does.</summary>
    public async Task RunUntilAsync(Func<bool> isDone, TimeSpan? patience = null)
    {
        var pipeline = Pipeline.RunAsync(_stop.Token, CancellationToken.None);
        var intake = Task.Run(async () =>
        {
            try
            {
                await Intake.RunAsync(_stop.Token);
            }
            catch (OperationCanceledException)
            {
                Queue.Complete();
            }
        });
        await EventuallyAsync(isDone, patience);
        Stop();
        await Task.WhenAll(intake, pipeline).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    public void Stop() => _stop.Cancel();

    public static async Task EventuallyAsync(Func<bool> isDone, TimeSpan? patience = null)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!isDone())
        {
            TimeProvider.System.GetElapsedTime(start).ShouldBeLessThan(patience ?? TimeSpan.FromSeconds(60), "It did not happen.");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>The result or reason file whose name ends like this; there is exactly one.</summary>
    public JsonElement Json(string below, string ending) => JsonDocument.Parse(File.ReadAllBytes(
        Path.Combine(Root.Folders.Root, Root.Files(below).Single(path => path.EndsWith(ending, StringComparison.Ordinal))))).RootElement;

    public void Dispose()
    {
        _listener.Dispose();
        Watcher.Dispose();
        _stop.Dispose();
    }

    private void Listen()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == SentinelMetrics.MeterName && instrument.Meter.Scope == Root.Meters)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, count, _, _) =>
        {
            lock (_counted)
            {
                _counted[instrument.Name] = _counted.GetValueOrDefault(instrument.Name) + count;
            }
        });
        _listener.SetMeasurementEventCallback<double>((instrument, seconds, tags, _) =>
        {
            if (instrument.Name == "sentinel_step_duration_seconds" && tags[0].Value is "decode" && seconds > LongestDecode.TotalSeconds)
            {
                LongestDecode = TimeSpan.FromSeconds(seconds);
            }
        });
        _listener.Start();
    }
}

/// <summary>Stands for the network where training one would say nothing about the line: the brighter, the more anomalous.</summary>
internal sealed class BrightnessExaminer : IExaminer
{
    public string ModelVersion { get; set; } = "1";

    public HashSet<string> Without { get; } = [];

    public TimeSpan Takes { get; set; } = TimeSpan.FromMilliseconds(5);

    public Action<string>? Before { get; set; }

    public Func<Frame, CancellationToken, Task<Frame>> Denoise { get; set; } = (frame, _) => Task.FromResult(frame);

    public bool CanExamine(string product) => !Without.Contains(product);

    public Task<Examination?> ExamineAsync(string product, IReadOnlyList<Frame> pages)
    {
        Before?.Invoke(product);
        if (!CanExamine(product))
        {
            return Task.FromResult<Examination?>(null);
        }

        return Task.FromResult<Examination?>(
            new Examination(ModelVersion, [.. pages.Select(Judge)], Takes, Denoise, new MemoryStream()));
    }

    private static Finding Judge(Frame frame)
    {
        var ratio = frame.Samples[0] / 32767.5;
        var verdict = ratio > 1 ? Verdict.Anomalous : ratio > 0.8 ? Verdict.Suspect : Verdict.Normal;
        return new Finding
        {
            Score = ratio * 3,
            Threshold = 3,
            PValue = 0.5,
            Verdict = verdict,
            Regions = verdict is Verdict.Normal ? [] : [new Region(0, 0, frame.Width, frame.Height, 100, ratio)],
            Map = new AnomalyMap(2, 2, [(float)ratio, 0, 0, 0]),
        };
    }
}
