using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Sentinel.Core.Detection;
using Sentinel.Core.Imaging;
using Sentinel.Core.Models;
using Sentinel.Core.Torch;
using Sentinel.Worker.Endpoints;
using Sentinel.Worker.Inspection;
using Sentinel.Worker.Ledger;
using Sentinel.Worker.Promotion;
using Sentinel.Worker.Telemetry;
using Sentinel.Worker.Tests.Inbox;
using TorchSharp;

namespace Sentinel.Worker.Tests.Inspection;

[Collection(nameof(TrainedProduct))]
public sealed class ActiveDetectorsTests : IDisposable
{
    private readonly TrainedProduct _trained;
    private readonly TemporaryFolder _data = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly TorchThread _torch = new();
    private readonly Readiness _readiness = new();
    private readonly LogLines _log = new();
    private readonly ServiceProvider _services;
    private readonly ActiveDetectors _detectors;

    public ActiveDetectorsTests(TrainedProduct trained)
    {
        _trained = trained;
        _services = new ServiceCollection().AddMetrics().AddSingleton<TimeProvider>(_time).AddSingleton<SentinelMetrics>().BuildServiceProvider();
        _detectors = new ActiveDetectors(
            new ModelRegistry(_data["models"]), _torch, _readiness, _services.GetRequiredService<SentinelMetrics>(), _time,
            _log.For<ActiveDetectors>());
    }

    private Frame Image => ImageFile.Read(_trained.Data["good", "tile", "000.png"], new ImageLimits());

    [Fact]
    public async Task A_new_champion_takes_over_while_an_image_is_still_with_the_old_one()
    {
        _trained.PublishTo(_data, "1");
        await _detectors.RefreshAsync("tile");
        var old = _detectors.Borrow("tile")!;

        _trained.PublishTo(_data, "2");
        await _detectors.RefreshAsync("tile");

        using (var next = _detectors.Borrow("tile")!)
        {
            next.Detector.Model.Version.ShouldBe("2");
        }

        old.Detector.Model.Version.ShouldBe("1");
        (await old.Detector.InspectAsync(Image)).Score.ShouldBeGreaterThanOrEqualTo(0);

        // Its last lease is returned, and only then it is freed.
        old.Dispose();
        await Should.ThrowAsync<Exception>(() => old.Detector.InspectAsync(Image));
    }

    [Fact]
    public async Task A_lease_that_is_returned_twice_is_returned_once()
    {
        _trained.PublishTo(_data, "1");
        await _detectors.RefreshAsync("tile");

        var lease = _detectors.Borrow("tile")!;
        lease.Dispose();
        lease.Dispose();

        using var other = _detectors.Borrow("tile")!;
        (await other.Detector.InspectAsync(Image)).Threshold.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_damaged_champion_is_reported_and_the_old_one_stays_in_use()
    {
        _trained.PublishTo(_data, "1");
        await _detectors.RefreshAsync("tile");
        _trained.PublishTo(_data, "2");
        File.AppendAllText(_data["models", "tile", "2", "weights.dat"], "x");

        await _detectors.RefreshAsync("tile");

        _readiness.Problems["model tile"].ShouldContain("damaged");
        using var lease = _detectors.Borrow("tile")!;
        lease.Detector.Model.Version.ShouldBe("1");
    }

    [Fact]
    public async Task A_champion_that_could_not_be_loaded_is_tried_again_after_a_minute()
    {
        _trained.PublishTo(_data, "1");
        var weights = _data["models", "tile", "1", "weights.dat"];
        File.Move(weights, weights + ".away");
        await _detectors.RefreshAsync("tile");
        _detectors.Borrow("tile").ShouldBeNull();

        File.Move(weights + ".away", weights);
        _time.Advance(TimeSpan.FromSeconds(30));
        await _detectors.RefreshAsync("tile");
        _detectors.Borrow("tile").ShouldBeNull();

        _time.Advance(TimeSpan.FromSeconds(31));
        await _detectors.RefreshAsync("tile");
        using var lease = _detectors.Borrow("tile");
        lease.ShouldNotBeNull();
        _readiness.Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task Going_back_to_the_version_in_use_clears_the_report()
    {
        _trained.PublishTo(_data, "1");
        await _detectors.RefreshAsync("tile");
        TrainedProduct.NameChampion(_data, "7");
        await _detectors.RefreshAsync("tile");
        _readiness.Problems.Keys.ShouldBe(["model tile"]);

        TrainedProduct.NameChampion(_data, "1");
        await _detectors.RefreshAsync("tile");

        _readiness.Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_damaged_champion_file_is_reported_and_harms_no_other()
    {
        _trained.PublishTo(_data, "1");
        await _detectors.RefreshAsync("tile");
        File.WriteAllText(_data["models", "tile", "champion.json"], "{ \"version");

        await _detectors.RefreshAsync("tile");

        _readiness.Problems["model tile"].ShouldContain("champion.json");
        using var lease = _detectors.Borrow("tile");
        lease.ShouldNotBeNull();
    }

    [Fact]
    public async Task After_a_start_with_a_damaged_champion_every_version_before_it_is_tried()
    {
        foreach (var version in (string[])["1", "2", "3"])
        {
            _trained.PublishTo(_data, version);
        }

        // The files of version 2 are those that it names, but it does not score as it says.
        var manifest = _data["models", "tile", "2", "manifest.json"];
        File.WriteAllText(manifest, Regex.Replace(File.ReadAllText(manifest), "\"score\": [0-9.]+", "\"score\": 99"));
        File.AppendAllText(_data["models", "tile", "3", "weights.dat"], "x");
        File.WriteAllText(_data["models", "tile", "champion.json"], """{"version":"3","publishedAt":"2026-01-01T00:00:00Z","before":["2","1"]}""");

        await _detectors.RefreshAsync("tile");

        using var lease = _detectors.Borrow("tile")!;
        lease.Detector.Model.Version.ShouldBe("1");
        _readiness.Problems["model tile"].ShouldContain("damaged");
    }

    [Fact]
    public async Task A_model_whose_scores_are_not_finite_is_put_out_of_use_and_the_one_before_it_scores_the_image()
    {
        _trained.PublishTo(_data, "1");
        _trained.PublishTo(_data, "2");
        File.WriteAllText(_data["models", "tile", "champion.json"], """{"version":"2","publishedAt":"2026-01-01T00:00:00Z","before":["1"]}""");
        await _detectors.RefreshAsync("tile");
        Poison("tile");

        using (var examination = await Examiner().ExamineAsync("tile", [Image]))
        {
            examination!.ModelVersion.ShouldBe("1");
            examination.Finding.Score.ShouldBeGreaterThan(0);
        }

        _readiness.Problems["model tile"].ShouldContain("Model 'tile/2' gives scores that are not finite numbers on this machine");
        _log.All.ShouldContain(line => line.StartsWith("Error: Model 2 of tile cannot be used; in use stays: 1.", StringComparison.Ordinal));

        _time.Advance(TimeSpan.FromMinutes(59));
        await _detectors.RefreshAsync("tile");
        _detectors.ModelOf("tile")!.Version.ShouldBe("1", "another minute makes no numbers of what is none");
        _time.Advance(TimeSpan.FromMinutes(2));
        await _detectors.RefreshAsync("tile");
        _detectors.ModelOf("tile")!.Version.ShouldBe("2");
    }

    [Fact]
    public async Task Without_a_model_that_can_score_there_is_no_verdict_and_the_product_waits_for_a_new_one()
    {
        _trained.PublishTo(_data, "1");
        await _detectors.RefreshAsync("tile");
        Poison("tile");
        var examiner = Examiner();

        (await examiner.ExamineAsync("tile", [Image])).ShouldBeNull();

        await _detectors.RefreshAsync("tile");
        examiner.CanExamine("tile").ShouldBeFalse();
        _readiness.Problems["model tile"].ShouldContain("not finite numbers");

        _trained.PublishTo(_data, "2");
        await _detectors.RefreshAsync("tile");
        examiner.CanExamine("tile").ShouldBeTrue();
        _readiness.Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_model_of_an_earlier_Sentinel_inspects_and_the_log_says_once_that_it_is_suspect()
    {
        _trained.PublishTo(_data, "1");
        TrainedProduct.MakeSuspect(_data["models", "tile", "1"]);

        await _detectors.RefreshAsync("tile");
        await _detectors.RefreshAsync("tile");

        _detectors.ModelOf("tile")!.IsSuspect.ShouldBeTrue();
        _log.All.Count(line => line.StartsWith("Warning: Model 1 of tile was trained by an earlier Sentinel", StringComparison.Ordinal)).ShouldBe(1);
        _readiness.Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task Swapping_under_load_never_frees_a_detector_in_use()
    {
        _trained.PublishTo(_data, "1");
        await _detectors.RefreshAsync("tile");
        var image = Image;
        using var enough = new CancellationTokenSource();
        var inspectors = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
            {
                using var lease = _detectors.Borrow("tile")!;
                (await lease.Detector.InspectAsync(image)).Score.ShouldBeGreaterThanOrEqualTo(0);
            }
        })).ToList();

        for (var version = 2; version <= 5; version++)
        {
            _trained.PublishTo(_data, $"{version}");
            await _detectors.RefreshAsync("tile");
        }

        await enough.CancelAsync();
        await Task.WhenAll(inspectors);
        using var last = _detectors.Borrow("tile")!;
        last.Detector.Model.Version.ShouldBe("5");
    }

    private DetectorExaminer Examiner()
    {
        var (registry, database) = (new ModelRegistry(_data["models"]), new LedgerDatabase(_data["sentinel.db"], TimeSpan.FromSeconds(5)));
        var desk = new ModelDesk(registry, new AuditLedger(database), new DriftLedger(database), new JudgedImages(database), _time);
        return new DetectorExaminer(_detectors, new ShadowDetectors(registry, desk, _torch, _log.For<ShadowDetectors>()), _time);
    }

    /// <summary>From now on the model in use computes as on a machine with the fault: one position of one of its maps is NaN.</summary>
    private void Poison(string product)
    {
        using var lease = _detectors.Borrow(product)!;
        var model = (torch.nn.Module)typeof(Detector).GetField("_model", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(lease.Detector)!;
        _torch.Run(() =>
        {
            using var noGradient = torch.no_grad();
            model.named_buffers().First(buffer => buffer.name.EndsWith("full.mean", StringComparison.Ordinal)).buffer.flatten()[0].fill_(float.NaN);
            return true;
        });
    }

    public void Dispose()
    {
        _detectors.Dispose();
        _torch.Dispose();
        _services.Dispose();
        _data.Dispose();
    }
}
