using System.Runtime.CompilerServices;
using Sentinel.Core.Detection;
using Sentinel.Core.Evaluation;
using Sentinel.Core.Imaging;
using Sentinel.Core.Models;
using Sentinel.Core.Torch;
using Sentinel.Core.Training;
using Sentinel.Worker.Drift;
using Sentinel.Worker.Endpoints;
using Sentinel.Worker.Inspection;
using Sentinel.Worker.Ledger;
using Sentinel.Worker.Promotion;
using Sentinel.Worker.Retraining;
using Sentinel.Worker.Tests.Inbox;

namespace Sentinel.Worker.Tests.Promotion;

/// <summary>
/// A product's whole life on a data root and a clock that is moved by hand: real images, real small network, real ledger. Only the hours between the nights are
/// left out, and trainings run in this process unless a test wants the child process.
/// </summary>
internal sealed class Plant : ITrainer, IDisposable
{
    public const string Product = "washer";

    private readonly TorchThread _torch = new();
    private readonly ActiveDetectors _detectors;
    private readonly ShadowDetectors _shadows;
    private readonly Filing _filing;
    private readonly Decoding _decoding;
    private readonly DriftDetection _drift;
    private readonly Probation _probation;
    private readonly ShadowTrial _shadowTrial;
    private readonly TrainingPlanner _planner;

    public Plant()
    {
        Root.Options.Inbox.QuietPeriod = TimeSpan.Zero;
        Root.Options.Drift.Window = 20;
        Registry = new ModelRegistry(Root.Folders.Models, Root.Time);
        Audit = new AuditLedger(Root.Database);
        Desk = new ModelDesk(Registry, Audit, Drifts, new JudgedImages(Root.Database), Root.Time);
        Counters = new CountedEvents(Root.Meters);
        _detectors = new ActiveDetectors(Registry, _torch, Root.Readiness, Root.Metrics, Root.Time, Root.Log.For<ActiveDetectors>());
        _shadows = new ShadowDetectors(Registry, Desk, _torch, Root.Log.For<ShadowDetectors>());
        _decoding = new Decoding(Root.Folders, Root.Ledger, new Retries(), Root.Options, Root.Time);
        _filing = new Filing(
            Root.Folders, Root.Mark, Root.Options, Root.Ledger, new FilingPlan(Root.Folders, Root.Ledger), new ResultFiles(Root.Folders, Root.Time), Root.Claims, Root.Metrics, Root.Time, Root.Log.For<Filing>());
        _drift = new DriftDetection(_detectors, Drifts, Root.Options, Root.Metrics, Root.Time, Root.Log.For<DriftDetection>());
        _probation = new Probation(Registry, Drifts, Desk, Root.Options, Root.Metrics, Root.Log.For<Probation>());
        _shadowTrial = new ShadowTrial(Registry, new ShadowLedger(Root.Database), Drifts, Desk, Root.Metrics, Root.Log.For<ShadowTrial>());
        _planner = new TrainingPlanner(Root.Folders, Registry, Root.Options, Trainings, Root.Time);
    }

    public DataRoot Root { get; } = new();

    public ModelRegistry Registry { get; }

    public AuditLedger Audit { get; }

    public DriftLedger Drifts => new(Root.Database);

    public ModelDesk Desk { get; }

    public TrainingLog Trainings { get; } = new();

    public CountedEvents Counters { get; }

    public string GoodFolder => Path.Combine(Root.Folders.Good, Product);

    /// <summary>The version in use by the registry.</summary>
    public string Champion => Registry.ChampionOf(Product)!;

    /// <summary>The version that inspects.</summary>
    public string InUse => _detectors.ModelOf(Product)!.Version;

    /// <summary>A night: the retrainer does what it does when the schedule asks, or somebody. In this process, unless another trainer is given.</summary>
    public Task NightAsync(ITrainer? trainer = null, bool scheduled = true) =>
        new Retrainer(
            Root.Folders, Root.Options, _planner, trainer ?? this, Registry, Desk, Trainings, Root.Readiness, Root.Metrics, Root.Time, Root.Log.For<Retrainer>())
            .RunAsync(Product, scheduled, TestContext.Current.CancellationToken);

    /// <summary>A day: images come in, are inspected and filed, and the host looks for drift meanwhile.</summary>
    public async Task DayAsync(string name, IReadOnlyList<Frame> images)
    {
        await RefreshAsync();
        var examiner = new DetectorExaminer(_detectors, _shadows, Root.Time);
        for (var i = 0; i < images.Count; i++)
        {
            var file = $"{Product}/{name}-{i:000}.png";
            Root.Drop(file, ImageFile.EncodePng(images[i]));
            var work = _decoding.Decode(_decoding.Announce(Root.Claim(file)));
            work.Ending.ShouldBeNull();
            using var examination = await examiner.ExamineAsync(Product, work.Pages);
            work = work with { Examination = examination };
            _filing.PutAway(work, _filing.RecordVerdict(work));
            Root.Time.Advance(TimeSpan.FromMinutes(20));
            if (i % 10 == 9)
            {
                Watch();
                await RefreshAsync();
            }
        }

        Watch();
        await RefreshAsync();
    }

    /// <summary>Takes over another plant's known-good images and models.</summary>
    public void TakeOver(Plant other)
    {
        foreach (var (from, to) in new[] { (other.GoodFolder, GoodFolder), (other.Registry.FolderOf(Product), Registry.FolderOf(Product)) })
        {
            foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
            {
                var copy = Path.Combine(to, Path.GetRelativePath(from, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }
        }
    }

    /// <summary>A second version that costs no training: the first one's weights.</summary>
    public string StoreSecond()
    {
        var first = Registry.Read(Product, "1");
        return Recalibration.Store(Registry, first, first.Calibration, Root.Time.GetUtcNow()).Version;
    }

    /// <summary>What the host does twice a minute.</summary>
    public void Watch()
    {
        _drift.Look(Product);
        _probation.Look(Product);
        _shadowTrial.Look(Product);
    }

    /// <summary>The host's own watch, on the plant's clock.</summary>
    public DriftWatch NewWatch() => new(Root.Folders, _drift, _probation, _shadowTrial, Root.Time, Root.Log.For<DriftWatch>());

    /// <summary>The model in the shadow throws from now on, as it would after a fault in a native library.</summary>
    public void BreakShadow() => InShadow(_shadows)[Product].Detector.Dispose();

    /// <summary>What the host does each second.</summary>
    public async Task RefreshAsync()
    {
        await _detectors.RefreshAsync(Product);
        await _shadows.RefreshAsync(Product);
    }

    /// <summary>AUROC of a stored version on images that no training ever sees.</summary>
    public async Task<double> AurocAsync(string version, int images = 30)
    {
        using var detector = await Detector.LoadAsync(Registry.FolderOf(Product, version), _torch);
        var (good, bad) = (new double[images], new double[images]);
        for (var i = 0; i < images; i++)
        {
            good[i] = (await detector.InspectAsync(Washers.Good(90_000 + i))).Score;
            bad[i] = (await detector.InspectAsync(Washers.Notched(95_000 + i))).Score;
        }

        return RocCurve.Area(good, bad);
    }

    public async Task<TrainingResult> RunAsync(TrainingOrder order, Action<TrainerLine> progress, CancellationToken cancel)
    {
        var plan = new TrainingPlan
        {
            Product = order.Product,
            GoodFolder = GoodFolder,
            Budget = TimeSpan.FromMinutes(10),
            Steps = 4,
            Pixels = Washers.Size * Washers.Size,
            FalseAlarmBudget = order.Settings.FalseAlarmBudget,
            SuspectBudget = order.Settings.SuspectBudget,
        };
        var reviewed = new ReviewedFiles(Root.Folders, new ReviewLedger(Root.Database));
        var (model, outcome, why) = await new GatedTraining(Registry, Desk, reviewed, _torch, Root.Time).RunAsync(plan, order.Settings.Training, null, cancel);
        TestContext.Current.SendDiagnosticMessage($"{Root.Time.GetUtcNow():MM-dd}: model {model.Version} was {outcome}. {why}");
        return new TrainingResult(Worker.Telemetry.TrainingOutcomes.Trained, model.Version, Decision: outcome, Why: why);
    }

    public void Dispose()
    {
        _shadows.Dispose();
        _detectors.Dispose();
        _torch.Dispose();
        Counters.Dispose();
        Root.Dispose();
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_inShadow")]
    private static extern ref Dictionary<string, (string Version, Detector Detector)> InShadow(ShadowDetectors shadows);
}
