using System.Diagnostics;
using Sentinel.Core.Imaging;
using Sentinel.Core.Models;
using Sentinel.Worker.Ledger;
using Sentinel.Worker.Retraining;
using Sentinel.Worker.Telemetry;
using Sentinel.Worker.Tests.Retraining;

namespace Sentinel.Worker.Tests.Promotion;

/// <summary>
/// Thirty nights with what goes wrong in a month. New known-good images come on the days on which something happens; in the other nights the schedule finds
/// nothing new. <c>SENTINEL_MONTH_IMAGES</c> gives the product that many images to begin with, new ones every day, and the usual budget of 1 %: see
/// <c>tests/month.sh</c>.
/// </summary>
public sealed class MonthTests : IDisposable
{
    private const int ImagesPerDay = 12, NewGoodPerDay = 3;

    // The standard error of an AUROC of 0.97 from 30 and 30 images is about 0.02, and a first model of four steps has 1.0.
    private const double Noise = 0.05, Floor = 0.9;

    private static readonly int? _manyImages = int.TryParse(Environment.GetEnvironmentVariable("SENTINEL_MONTH_IMAGES"), out var images) ? images : null;

    private readonly Plant _plant = new();
    private int _next = 1_000;

    [Fact]
    public async Task A_month_with_a_dim_lamp_slipped_in_defects_a_starved_training_a_damaged_model_and_killed_trainers()
    {
        if (_manyImages is null)
        {
            (_plant.Root.Options.FalseAlarmBudget, _plant.Root.Options.SuspectBudget) = (0.05, 0.1);
        }

        Washers.Write(_plant.GoodFolder, "first", Enumerable.Range(0, _manyImages ?? 70), number => Washers.Good(number));
        await _plant.NightAsync();
        var best = await _plant.AurocAsync(_plant.Champion);
        best.ShouldBeGreaterThan(Floor);
        TestContext.Current.SendDiagnosticMessage($"AUROC of the first champion: {best:0.000}.");

        for (var day = 1; day <= 30; day++)
        {
            var light = day is >= 5 and <= 7 ? 0.7 : 1;
            await _plant.DayAsync($"day-{day:00}", Production(light));
            _plant.InUse.ShouldBe(_plant.Champion);

            if (_manyImages is not null || day is 1 or 5 or 9 or 14 or 20 or 25 or 28)
            {
                Washers.Write(_plant.GoodFolder, $"day-{day:00}", Next(NewGoodPerDay), number => Washers.Good(number, light));
            }

            var before = _plant.Champion;
            await NightAsync(day);

            if (_plant.Champion != before)
            {
                var auroc = await _plant.AurocAsync(_plant.Champion);
                TestContext.Current.SendDiagnosticMessage($"Day {day}: AUROC of champion {_plant.Champion}: {auroc:0.000}; the best so far had {best:0.000}.");
                auroc.ShouldBeGreaterThan(Math.Max(Floor, best - Noise));
                best = Math.Max(best, auroc);
            }
        }

        NothingIsLost();
    }

    public void Dispose() => _plant.Dispose();

    private async Task NightAsync(int day)
    {
        switch (day)
        {
            case 5:
                await DimLampAsync();
                break;
            case 9:
                await SlippedInDefectsAsync();
                break;
            case 14:
                await StarvedAsync();
                break;
            case 20:
                await DamagedAsync();
                break;
            case 25:
                await KilledTwiceAsync();
                break;
            default:
                await _plant.NightAsync();
                break;
        }
    }

    private async Task DimLampAsync()
    {
        var (champion, heldOrRejected) = (_plant.Champion, HeldOrRejected);
        await _plant.NightAsync();

        // What the gate lets pass is held, because the inputs drift; it may find the model worse at once.
        _plant.Champion.ShouldBe(champion);
        _plant.Drifts.On(Plant.Product).Keys.ShouldContain(DriftSignals.Brightness);
        Logged("washer drifts in brightness").ShouldBeTrue();
        Audited(AuditEvents.DriftBegan).ShouldContain(entry => entry.Detail.Contains("the camera or the light changed"));
        HeldOrRejected.ShouldBe(heldOrRejected + 1);
        _plant.Counters.Shown("sentinel_drift_score_ratio washer brightness").ShouldBeGreaterThan(1);
        if (_plant.Registry.ChallengerOf(Plant.Product) is { } waiting)
        {
            Logged("it was held: washer drifts (brightness since").ShouldBeTrue();
            Audited(AuditEvents.Held)[0].Detail.ShouldContain("washer drifts (brightness since");
            ReportOf(waiting.Version).ShouldContain("Not in use: it waits");
            ReportOf(waiting.Version).ShouldContain("washer drifts (brightness since");
        }
        else
        {
            Logged("it was rejected: ").ShouldBeTrue();
            ReportOf(Newest).ShouldContain("rejected");
        }
    }

    private async Task SlippedInDefectsAsync()
    {
        Washers.Write(_plant.GoodFolder, "slipped", Enumerable.Range(70_000, 6), number => Washers.Notched(number));
        await _plant.NightAsync();

        var version = Newest;
        var leftOut = _plant.Registry.Read(Plant.Product, version).Training.LeftOut.Where(entry => entry.Key.StartsWith("slipped", StringComparison.Ordinal)).ToList();
        leftOut.Count.ShouldBeGreaterThanOrEqualTo(5);
        leftOut.ShouldAllBe(entry => entry.Value.StartsWith("an outlier among the known-good images"));
        ReportOf(version).ShouldContain(leftOut[0].Key);
        Logged($"known-good images of washer did not teach model {version}").ShouldBeTrue();
        _plant.Counters.Shown("sentinel_training_images washer left_out").ShouldBeGreaterThanOrEqualTo(5);
        _plant.Counters.Shown("sentinel_training_images washer used").ShouldBe(_plant.Registry.Read(Plant.Product, version).Training.Images.Count);
        Audited(AuditEvents.Trained)[0].Detail.ShouldContain(leftOut[0].Key);
        Directory.GetFiles(_plant.GoodFolder, "slipped*").Length.ShouldBe(6);
    }

    private async Task StarvedAsync()
    {
        var champion = _plant.Champion;
        var rejected = _plant.Counters.Of("sentinel_promotions washer rejected");
        var files = Directory.GetFiles(_plant.GoodFolder, "first*").Concat(Directory.GetFiles(_plant.GoodFolder, "day*")).ToList();
        var hidden = _plant.GoodFolder + ".elsewhere";
        Directory.Move(_plant.GoodFolder, hidden);
        Directory.CreateDirectory(_plant.GoodFolder);
        foreach (var file in files.Take(Math.Max(12, files.Count / 20)))
        {
            File.Copy(Path.Combine(hidden, Path.GetFileName(file)), Path.Combine(_plant.GoodFolder, Path.GetFileName(file)));
        }

        await _plant.NightAsync();
        Directory.Delete(_plant.GoodFolder, recursive: true);
        Directory.Move(hidden, _plant.GoodFolder);

        _plant.Champion.ShouldBe(champion);
        _plant.Counters.Of("sentinel_promotions washer rejected").ShouldBe(rejected + 1);
        Logged("it was rejected: promised false-alarm rate").ShouldBeTrue();
        Audited(AuditEvents.Rejected)[0].Detail.ShouldContain("promised false-alarm rate");
        ReportOf(Newest).ShouldContain("promised false-alarm rate");
        var gate = _plant.Registry.Read(Plant.Product, Newest).Gate!;
        (gate.Decision, gate.Champion).ShouldBe((GateDecision.Rejected, champion));
    }

    private async Task DamagedAsync()
    {
        var (damaged, unusable) = (_plant.Champion, _plant.Counters.Of("sentinel_models_unusable washer"));
        File.AppendAllText(Path.Combine(_plant.Registry.FolderOf(Plant.Product, damaged), "weights.dat"), "x");
        await _plant.NightAsync();

        Logged($"The stored model {damaged} of washer cannot be used any more").ShouldBeTrue();
        Audited(AuditEvents.ModelUnusable)[0].ModelVersion.ShouldBe(damaged);
        _plant.Counters.Of("sentinel_models_unusable washer").ShouldBe(unusable + 1);
        ReportOf(Newest).ShouldContain($"Model {damaged} could not be compared with");
        var made = _plant.Registry.Read(Plant.Product, Newest);
        made.Gate!.Champion.ShouldNotBe(damaged);
        made.Gate.Reasons.ShouldContain(reason => reason.StartsWith($"Model {damaged} could not be compared with", StringComparison.Ordinal));
        _plant.InUse.ShouldBe(damaged, "what is loaded stays in use until the next one is there");
    }

    private async Task KilledTwiceAsync()
    {
        var (champion, versions) = (_plant.Champion, _plant.Registry.VersionsOf(Plant.Product));
        var child = TrainerScript.Process(new TrainerExecutable(SentinelProcess.Executable, []), TimeProvider.System);
        foreach (var phase in (string[])["reading", "training"])
        {
            await _plant.NightAsync(new KilledTrainer(child, phase));

            _plant.Champion.ShouldBe(champion);
            _plant.Registry.VersionsOf(Plant.Product).ShouldBe(versions);
        }

        _plant.Trainings.Of(Plant.Product).Failures.ShouldBe(2);
        _plant.Counters.Of("sentinel_training_runs washer failed").ShouldBe(2);
        Audited(AuditEvents.TrainingFailed).Count.ShouldBe(2);
        Audited(AuditEvents.TrainingFailed).ShouldAllBe(entry => entry.Detail.Contains("ended by signal 9"));
        Logged("The training of washer failed, 2 in a row").ShouldBeTrue();
        await _plant.NightAsync();
        Directory.GetDirectories(_plant.Registry.FolderOf(Plant.Product), ".staging*").ShouldBeEmpty();
    }

    private void NothingIsLost()
    {
        _plant.Root.Files("inbox").ShouldBeEmpty();
        _plant.Root.Files("archive").Count.ShouldBe(30 * ImagesPerDay);
        _plant.Root.Files("results").Count(file => file.EndsWith(".png.json", StringComparison.Ordinal)).ShouldBe(30 * ImagesPerDay);
        var check = _plant.Audit.ReadAll(rows => AuditCheck.Of(rows, null));
        check.Problems.ShouldBeEmpty();
        _plant.Audit.ContradictedVerdicts().ShouldBeEmpty();
        _plant.Audit.ReadAll(rows => rows.Count(row => row.Event == AuditEvents.Verdict)).ShouldBe(30 * ImagesPerDay);
        Audited(AuditEvents.DriftEnded).ShouldNotBeEmpty();
        _plant.Registry.VersionsOf(Plant.Product).Count.ShouldBeLessThan(_manyImages is null ? 15 : 31);
    }

    /// <summary>A day's images: one in ten has a notch.</summary>
    private List<Frame> Production(double light) => [.. Next(ImagesPerDay).Select(number => number % 10 == 0 ? Washers.Notched(number, light) : Washers.Good(number, light))];

    private IEnumerable<int> Next(int count)
    {
        _next += count;
        return Enumerable.Range(_next - count, count);
    }

    private string Newest => _plant.Registry.VersionsOf(Plant.Product)[^1];

    private string ReportOf(string version) => File.ReadAllText(Path.Combine(_plant.Registry.FolderOf(Plant.Product, version), "report.html"));

    private long HeldOrRejected => _plant.Counters.Of("sentinel_promotions washer held") + _plant.Counters.Of("sentinel_promotions washer rejected");

    private bool Logged(string text) => _plant.Root.Log.All.Any(line => line.Contains(text, StringComparison.Ordinal));

    private IReadOnlyList<AuditRow> Audited(string what) => [.. _plant.Audit.Newest(Plant.Product, 1_000).Where(row => row.Event == what)];

    /// <summary>The real trainer in its own process, killed as soon as it tells of a phase.</summary>
    private sealed class KilledTrainer(TrainerProcess trainer, string phase) : ITrainer
    {
        public Task<TrainingResult> RunAsync(TrainingOrder order, Action<TrainerLine> progress, CancellationToken cancel) => trainer.RunAsync(
            order,
            line =>
            {
                progress(line);
                if (line.Phase == phase)
                {
                    Kill(order);
                }
            },
            cancel);

        /// <summary>Other tests have processes of their own: only the one with this order is meant.</summary>
        private static void Kill(TrainingOrder order)
        {
            foreach (var child in Process.GetProcessesByName("sentinel"))
            {
                using (child)
                {
                    var arguments = File.ReadAllText($"/proc/{child.Id}/cmdline").Split('\0');
                    if (arguments.Contains("train") && arguments.Contains(order.DataRoot))
                    {
                        child.Kill();
                    }
                }
            }
        }
    }
}
