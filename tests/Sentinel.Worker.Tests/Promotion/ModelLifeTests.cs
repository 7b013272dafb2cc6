using Sentinel.Core.Detection;
using Sentinel.Core.Drift;
using Sentinel.Core.Models;
using Sentinel.Worker.Ledger;
using Sentinel.Worker.Promotion;
using Sentinel.Worker.Telemetry;
using Sentinel.Worker.WhatIf;

namespace Sentinel.Worker.Tests.Promotion;

/// <summary>What happens to a model after its training, each on a plant with a real small model.</summary>
public sealed class ModelLifeTests(FirstModel first) : IClassFixture<FirstModel>, IAsyncLifetime
{
    private readonly Plant _plant = new();
    private int _rows;

    public async ValueTask InitializeAsync()
    {
        _plant.Root.Options.Drift.Window = 40;
        _plant.TakeOver(first.Plant);
        await _plant.RefreshAsync();
    }

    public ValueTask DisposeAsync()
    {
        _plant.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_product_approved_by_hand_waits_for_a_person()
    {
        _plant.Root.Options.Training.Approval = Approval.Manual;
        await RetrainAsync();

        _plant.Champion.ShouldBe("1");
        _plant.Registry.ChallengerOf(Plant.Product)!.Why.ShouldContain("sentinel models approve --product washer");

        _plant.Desk.Approve(Plant.Product, "2", "user ann");

        _plant.Champion.ShouldBe("2");
        _plant.Audit.Newest(Plant.Product, 1)[0].Actor.ShouldBe("user ann");
    }

    [Fact]
    public async Task What_a_person_decides_in_another_process_is_counted_when_the_host_takes_it_up()
    {
        _plant.Desk.Approve(Plant.Product, _plant.StoreSecond(), "user ann");
        await _plant.RefreshAsync();
        _plant.Counters.Of("sentinel_promotions washer promoted").ShouldBe(1);

        _plant.Desk.RollBack(Plant.Product, "user ann", "flags every second part");
        await _plant.RefreshAsync();
        await _plant.RefreshAsync();

        (_plant.Counters.Of("sentinel_promotions washer promoted"), _plant.Counters.Of("sentinel_promotions washer rolled_back")).ShouldBe((1, 1));
    }

    [Fact]
    public async Task What_the_host_decides_itself_is_not_counted_twice()
    {
        await PublishSecondAsync();
        await _plant.RefreshAsync();

        _plant.Counters.Of("sentinel_promotions washer promoted").ShouldBe(0, "who decided it counts it, and here nobody did");
    }

    [Fact]
    public async Task A_model_in_the_shadow_scores_live_images_and_then_takes_over_without_having_touched_a_verdict()
    {
        _plant.Registry.Hold(Plant.Product, _plant.StoreSecond(), HoldReason.Shadow, "20 images first", 20);

        await _plant.DayAsync("live", [.. Enumerable.Range(5_000, 20).Select(number => Washers.Good(number))]);

        _plant.Champion.ShouldBe("2");
        _plant.Registry.ChallengerOf(Plant.Product).ShouldBeNull();
        new ShadowLedger(_plant.Root.Database).Tally(Plant.Product, "2").Images.ShouldBe(20);
        Judged().ShouldAllBe(image => image.ModelVersion == "1");
        _plant.Registry.ChampionRecordOf(Plant.Product)!.By.ShouldBe(PromotedBy.Shadow);
    }

    [Fact]
    public void A_model_in_the_shadow_that_would_flag_far_more_is_rejected()
    {
        _plant.Registry.Hold(Plant.Product, _plant.StoreSecond(), HoldReason.Shadow, "30 images first", 30);

        Judge(30, "1", Verdict.Normal, shadow: new ShadowVerdict("2", 9, 0.01, Verdict.Anomalous));
        _plant.Watch();

        _plant.Champion.ShouldBe("1");
        _plant.Registry.ChallengerOf(Plant.Product).ShouldBeNull();
        _plant.Audit.Newest(Plant.Product, 1)[0].Detail.ShouldContain("of 30 live images it would have flagged 30, the model in use flagged 0");
    }

    [Fact]
    public async Task A_fresh_model_that_flags_too_much_is_rolled_back_while_the_inputs_are_what_they_were()
    {
        await PublishSecondAsync();

        Judge(20, "2", Verdict.Normal);
        _plant.Watch();
        _plant.Champion.ShouldBe("2");

        Judge(20, "2", Verdict.Suspect);
        _plant.Watch();

        _plant.Champion.ShouldBe("1");
        _plant.Counters.Of("sentinel_promotions washer rolled_back").ShouldBe(1);
        _plant.Audit.Newest(Plant.Product, 5).ShouldContain(row => row.Event == AuditEvents.RolledBack && row.Detail.Contains("flagged 20 of the first 40 images"));
        _plant.Registry.ChampionRecordOf(Plant.Product)!.Withdrawn.ShouldBe(["2"]);

        Judge(40, "1", Verdict.Suspect);
        _plant.Watch();
        _plant.Champion.ShouldBe("1", "what came back is not on probation");
    }

    [Fact]
    public async Task Nothing_is_rolled_back_while_the_light_is_to_blame()
    {
        await PublishSecondAsync();

        Judge(40, "2", Verdict.Suspect, brightness: 0.6);
        _plant.Watch();

        _plant.Champion.ShouldBe("2");
        _plant.Drifts.On(Plant.Product).Keys.ShouldBe([DriftSignals.Brightness]);
    }

    [Fact]
    public async Task A_champion_of_an_earlier_Sentinel_is_trained_again_by_schedule_and_replaced_without_a_comparison()
    {
        MakeChampionSuspect();

        await _plant.NightAsync(scheduled: true);

        _plant.Champion.ShouldBe("2");
        var model = _plant.Registry.Read(Plant.Product, "2");
        (model.IsSuspect, model.Gate!.Decision, model.Gate.Champion, model.Gate.SuspectChampion).ShouldBe((false, GateDecision.Unopposed, null, "1"));
        model.Gate.Reasons[0].ShouldBe($"Model 1 was not compared with: it was {ModelManifest.Suspicion}.");
        File.ReadAllText(Path.Combine(_plant.Registry.FolderOf(Plant.Product, "2"), "report.html")).ShouldContain("Model 1 is no measure");

        _plant.Root.Time.Advance(TimeSpan.FromDays(1));
        await _plant.NightAsync(scheduled: true);
        _plant.Registry.VersionsOf(Plant.Product).ShouldBe(["1", "2"], "the new model is sound: nothing new to learn");
    }

    [Fact]
    public async Task The_successor_of_a_suspect_champion_still_waits_in_the_shadow_where_that_is_configured()
    {
        MakeChampionSuspect();
        _plant.Root.Options.Training.ShadowImages = 500;

        await _plant.NightAsync(scheduled: true);

        _plant.Champion.ShouldBe("1");
        _plant.Registry.ChallengerOf(Plant.Product)!.Version.ShouldBe("2");
    }

    [Fact]
    public async Task A_product_with_a_time_in_the_shadow_has_its_models_wait_there()
    {
        _plant.Root.Options.Training.ShadowImages = 500;
        await RetrainAsync();

        var waiting = _plant.Registry.ChallengerOf(Plant.Product)!;
        (waiting.Version, waiting.Waits, waiting.Images).ShouldBe(("2", HoldReason.Shadow, 500));
    }

    [Fact]
    public async Task While_something_drifts_a_model_that_passed_the_gate_waits_for_a_person()
    {
        Judge(40, "1", Verdict.Normal, brightness: 0.6);
        _plant.Watch();

        await RetrainAsync();

        _plant.Champion.ShouldBe("1");
        _plant.Registry.ChallengerOf(Plant.Product)!.Waits.ShouldBe(HoldReason.Drift);
        _plant.Counters.Of("sentinel_promotions washer held").ShouldBe(1);
        _plant.Audit.Newest(Plant.Product, 1)[0].Detail.ShouldContain("washer drifts (brightness since ");
        _plant.Root.Log.All.ShouldContain(line => line.Contains("Model 2 of washer is not in use, it was held: washer drifts (brightness since"));
    }

    [Fact]
    public void A_changed_product_is_told_from_a_changed_light()
    {
        Judge(60, "1", Verdict.Normal, pValue: row => 0.06 + 0.3 * (row % 60 / 60.0));
        _plant.Watch();

        _plant.Drifts.On(Plant.Product).Keys.ShouldBe([DriftSignals.Scores]);
        _plant.Audit.Newest(Plant.Product, 1)[0].Detail.ShouldContain("the product or its process changed, the camera and the light did not");
    }

    [Fact]
    public void Scores_that_drift_together_with_the_light_are_not_blamed_on_the_product()
    {
        Judge(60, "1", Verdict.Normal, brightness: 0.6, pValue: row => 0.06 + 0.3 * (row % 60 / 60.0));
        _plant.Watch();

        _plant.Drifts.On(Plant.Product).Keys.ShouldBe([DriftSignals.Brightness, DriftSignals.Scores], ignoreOrder: true);
        var began = _plant.Audit.Newest(Plant.Product, 2);
        began.ShouldAllBe(entry => entry.Event == AuditEvents.DriftBegan && entry.Detail.Contains("the camera or the light changed, and the scores with it"));
    }

    [Fact]
    public void A_model_that_leaves_the_shadow_while_something_drifts_waits_with_an_entry()
    {
        _plant.Registry.Hold(Plant.Product, _plant.StoreSecond(), HoldReason.Shadow, "30 images first", 30);

        Judge(40, "1", Verdict.Normal, brightness: 0.6, shadow: new ShadowVerdict("2", 1, 0.5, Verdict.Normal));
        _plant.Watch();

        _plant.Registry.ChallengerOf(Plant.Product)!.Waits.ShouldBe(HoldReason.Drift);
        var held = _plant.Audit.Newest(Plant.Product, 1)[0];
        (held.Event, held.Actor, held.ModelVersion).ShouldBe((AuditEvents.Held, PromotedBy.Shadow, "2"));
        held.Detail.ShouldContain("of 40 live images");
    }

    [Fact]
    public async Task A_model_that_throws_in_the_shadow_is_dropped_and_inspection_goes_on()
    {
        _plant.Registry.Hold(Plant.Product, _plant.StoreSecond(), HoldReason.Shadow, "20 images first", 20);
        await _plant.RefreshAsync();
        _plant.BreakShadow();

        await _plant.DayAsync("live", [.. Enumerable.Range(5_000, 20).Select(number => Washers.Good(number))]);

        Judged().Count.ShouldBe(20);
        _plant.Registry.ChallengerOf(Plant.Product).ShouldBeNull();
        _plant.Champion.ShouldBe("1");
        _plant.Audit.Newest(Plant.Product, 1)[0].ShouldSatisfyAllConditions(
            entry => entry.Event.ShouldBe(AuditEvents.Rejected), entry => entry.Detail.ShouldContain("it failed on a live image"));
        _plant.Root.Log.All.Count(line => line.Contains("failed on a live image while it waited in the shadow", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public void A_model_put_into_use_by_what_was_killed_before_its_entry_is_entered_as_found_in_use()
    {
        var untraced = new UntracedModels(_plant.Registry, _plant.Audit, _plant.Desk, _plant.Root.Time, _plant.Root.Log.For<UntracedModels>());
        _plant.Desk.Approve(Plant.Product, "1", "user ann");
        _plant.Registry.Promote(Plant.Product, _plant.StoreSecond(), PromotedBy.Gate);

        untraced.Look(Plant.Product);
        _plant.Audit.InUse(Plant.Product).ShouldBe("1", "the trainer is about to write its entry");

        _plant.Root.Time.Advance(TimeSpan.FromMinutes(2));
        untraced.Look(Plant.Product);
        untraced.Look(Plant.Product);

        var entries = _plant.Audit.Newest(Plant.Product, 10).Where(entry => entry.Event == AuditEvents.FoundInUse).ToList();
        entries.ShouldHaveSingleItem().ModelVersion.ShouldBe("2");
        entries[0].Detail.ShouldContain(_plant.Registry.ManifestHash(Plant.Product, "2"));

        _plant.Desk.RollBack(Plant.Product, "user ann", "no good");
        _plant.Root.Time.Advance(TimeSpan.FromMinutes(2));
        untraced.Look(Plant.Product);
        _plant.Audit.Newest(Plant.Product, 1)[0].Event.ShouldBe(AuditEvents.RolledBack, "what has its entry gets no other");
    }

    [Fact]
    public async Task An_applied_budget_holds_for_the_trainings_that_follow_until_the_configuration_changes()
    {
        var options = _plant.Root.Options;
        _plant.Desk.Recalibrate(Plant.Product, "1", new Budgets(0.2, 0.3), new Budgets(options.FalseAlarmBudget, options.SuspectBudget), "user ann");

        await _plant.NightAsync(scheduled: false);
        var kept = _plant.Registry.Read(Plant.Product, "3");
        (kept.Calibration.FalseAlarmBudget, kept.Calibration.SuspectBudget).ShouldBe((0.2, 0.3));
        File.ReadAllText(Path.Combine(_plant.Registry.FolderOf(Plant.Product, "3"), "report.html")).ShouldContain("A person applied this budget");
        _plant.Champion.ShouldBe("3");

        options.FalseAlarmBudget = 0.02;
        await _plant.NightAsync(scheduled: false);
        var changed = _plant.Registry.Read(Plant.Product, "4");
        (changed.Calibration.FalseAlarmBudget, changed.BudgetsOver).ShouldBe((0.02, null));
    }

    [Fact]
    public async Task One_product_that_cannot_be_looked_at_keeps_nobody_from_looking_at_the_others()
    {
        foreach (var product in (string[])["apple", "zebra"])
        {
            File.WriteAllText(Path.Combine(Directory.CreateDirectory(_plant.Registry.FolderOf(product)).FullName, "challenger.json"), "{ damaged");
        }

        Judge(40, "1", Verdict.Normal, brightness: 0.6);
        using var watch = _plant.NewWatch();
        await watch.StartAsync(TestContext.Current.CancellationToken);

        await Eventually.HoldsAsync(
            () =>
            {
                _plant.Root.Time.Advance(TimeSpan.FromSeconds(31));
                return _plant.Drifts.On(Plant.Product).Count > 0;
            },
            "the drift is seen");
        await watch.StopAsync(TestContext.Current.CancellationToken);

        _plant.Root.Log.All.Count(line => line.Contains("Drift of zebra cannot be looked for now", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public void Drift_that_hovers_at_the_line_begins_once_and_ends_once()
    {
        foreach (var brightness in (double[])[0.8, 0.87, 0.83, 0.87, 1])
        {
            Judge(40, "1", Verdict.Normal, brightness: brightness);
            _plant.Watch();
        }

        _plant.Audit.Newest(Plant.Product, 20).Select(row => row.Event).Where(what => what.StartsWith("drift", StringComparison.Ordinal))
            .ShouldBe([AuditEvents.DriftEnded, AuditEvents.DriftBegan]);
        _plant.Drifts.On(Plant.Product).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_if_tells_what_another_budget_would_have_said_and_applies_it_as_a_version_of_its_own()
    {
        await _plant.DayAsync("live", [.. Enumerable.Range(6_000, 30).Select(number => number % 3 == 0 ? Washers.Notched(number) : Washers.Good(number))]);
        var judging = new Rejudging(_plant.Root.Folders, _plant.Registry, _plant.Root.Options.Limits);
        var old = _plant.Registry.Read(Plant.Product, "1").Calibration;
        var looser = Calibration.From(old.Scores, 0.3, 0.4);

        var answer = judging.UnderBudget(Plant.Product, Judged(), new Budgets(0.3, 0.4));

        answer.LeftOut.ShouldBe(0);
        answer.CountOf(Verdict.Anomalous).ShouldBe((Judged().Count(image => image.Score > old.Threshold), Judged().Count(image => image.Score > looser.Threshold)));
        answer.CountOf(Verdict.Anomalous).After.ShouldBeGreaterThan(answer.CountOf(Verdict.Anomalous).Before);
        answer.NewlyFlagged.Count().ShouldBe(Judged().Count(image => image.Score > looser.SuspectThreshold && image.Score <= old.SuspectThreshold));
        WhatIfPage.Html("washer", "It cannot be promised.", answer, _plant.Root.Folders, _plant.Root.Options.Limits).ShouldContain("data:image/png;base64,");

        var applied = _plant.Desk.Recalibrate(Plant.Product, "1", new Budgets(0.3, 0.4), new Budgets(0.01, 0.05), "user ann");
        await _plant.RefreshAsync();

        _plant.InUse.ShouldBe(applied.Version);
        applied.Calibration.Threshold.ShouldBe(looser.Threshold);
        (await judging.WithModelAsync(Plant.Product, Judged(), applied.Version, null, () => { }, TestContext.Current.CancellationToken))
            .CountOf(Verdict.Anomalous).ShouldBe(answer.CountOf(Verdict.Anomalous));
    }

    [Fact]
    public async Task A_reviewed_defect_and_a_false_alarm_are_put_before_the_gate()
    {
        var defects = Directory.CreateDirectory(Path.Combine(_plant.Root.Folders.Defects, Plant.Product)).FullName;
        Washers.Write(defects, "notch", Enumerable.Range(7_000, 5), number => Washers.Notched(number));

        await RetrainAsync();

        var gate = _plant.Registry.Read(Plant.Product, "2").Gate!;
        gate.Champion.ShouldBe("1");
        gate.Rows.Single(row => row.Measure == "reviewed defects flagged").Images.ShouldBe(5);
    }

    [Fact]
    public async Task An_image_that_was_flagged_and_called_good_is_put_before_the_gate_as_a_false_alarm()
    {
        Judge(1, "1", Verdict.Anomalous);
        Washers.Write(_plant.GoodFolder, "flagged", [7_100], number => Washers.Notched(number));
        var verdict = _plant.Root.Ledger.Find(Judged()[0].Id)!.Verdict!;
        var moved = ComparedFile.Now($"good/{Plant.Product}/flagged-7100.png", 1, _plant.Root.Time.GetUtcNow());
        new ReviewLedger(_plant.Root.Database).Record(Judged()[0].Id, verdict, ReviewOutcomes.FalseAlarm, moved, null, _plant.Root.Time.GetUtcNow()).ShouldBeTrue();

        await RetrainAsync();

        var row = _plant.Registry.Read(Plant.Product, "2").Gate!.Rows.Single(row => row.Measure == "reviewed false alarms flagged again");
        (row.Images, row.Passed).ShouldBe((1, true));
        row.Champion.ShouldBe(1, "model 1 flags a notch");
    }

    /// <summary>On demand, the same images and the same seed give the same model: as good as the one before, on every machine.</summary>
    private async Task RetrainAsync()
    {
        await _plant.NightAsync(scheduled: false);
        await _plant.RefreshAsync();
        _plant.Registry.VersionsOf(Plant.Product).ShouldBe(["1", "2"]);
    }

    private void MakeChampionSuspect()
    {
        File.WriteAllText(Path.Combine(_plant.Registry.FolderOf(Plant.Product), "champion.json"), """{"version":"1","publishedAt":"2026-01-01T00:00:00Z"}""");
        TrainedProduct.MakeSuspect(_plant.Registry.FolderOf(Plant.Product, "1"));
    }

    private async Task PublishSecondAsync()
    {
        _plant.Registry.Promote(Plant.Product, _plant.StoreSecond(), PromotedBy.Gate);
        await _plant.RefreshAsync();
        _plant.Root.Time.Advance(TimeSpan.FromMinutes(1));
    }

    private IReadOnlyList<JudgedImage> Judged() => new JudgedImages(_plant.Root.Database).Since(Plant.Product, DateTimeOffset.MinValue);

    /// <summary>Rows of the ledger as inspection would have written them.</summary>
    private void Judge(
        int count, string version, Verdict verdict, double brightness = 1, Func<int, double>? pValue = null, ShadowVerdict? shadow = null)
    {
        var usual = _plant.Registry.Read(Plant.Product, "1").Inputs!;
        for (var i = 0; i < count; i++)
        {
            var row = _rows++;
            var now = _plant.Root.Time.GetUtcNow();
            var (entry, _) = _plant.Root.Ledger.Claim(Plant.Product, $"{row}.png", $"inbox/{Plant.Product}/{row}.png", 100, now, now);
            var recorded = new RecordedVerdict
            {
                Sha256 = $"{row:x64}",
                Width = 64,
                Height = 64,
                Verdict = verdict,
                Score = 1,
                Threshold = 2,
                Ratio = 0.5,
                PValue = pValue?.Invoke(row) ?? 0.05 + 0.95 * ((row * 37 % 60 + 0.5) / 60),
                ModelVersion = version,
                Regions = [],
                InspectedAt = now,
                ResultPath = $"results/{row}.json",
            };
            var inputs = new InputMeasures(usual.Brightness.Median * brightness, usual.Contrast.Median, usual.Sharpness.Median, usual.Noise.Median);
            _plant.Root.Ledger.RecordVerdict(entry.Id, recorded, $"archive/{row}.png", new VerdictNotes(inputs, shadow)).ShouldBeTrue();
            _plant.Root.Time.Advance(TimeSpan.FromSeconds(1));
        }
    }
}

/// <summary>A plant with its first model, trained once for all tests of a class.</summary>
public sealed class FirstModel : IAsyncLifetime
{
    internal Plant Plant { get; } = new();

    public async ValueTask InitializeAsync()
    {
        Washers.Write(Plant.GoodFolder, "good", Enumerable.Range(0, 60), number => Washers.Good(number));
        await Plant.NightAsync();
    }

    public ValueTask DisposeAsync()
    {
        Plant.Dispose();
        return ValueTask.CompletedTask;
    }
}
