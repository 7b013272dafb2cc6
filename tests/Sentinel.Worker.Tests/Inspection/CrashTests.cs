using Sentinel.Worker.Inbox;
using Sentinel.Worker.Inspection;
using Sentinel.Worker.Ledger;
using Sentinel.Worker.Retraining;
using Sentinel.Worker.Tests.Inbox;

namespace Sentinel.Worker.Tests.Inspection;

/// <summary>
/// The process dies between two steps of one image; the next run finishes it, counts nothing twice and changes no verdict.
/// </summary>
public sealed class CrashTests : IDisposable
{
    private readonly DataRoot _root = new();
    private readonly Line _died;

    public CrashTests() => _died = new Line(_root);

    public void Dispose()
    {
        _died.Dispose();
        _root.Dispose();
    }

    [Fact]
    public async Task Died_before_the_verdict()
    {
        Examine(200);

        using var next = await StartAgainAsync();

        _root.Files("archive/tile/anomalous").Count.ShouldBe(1);
        next.Counted("inspected").ShouldBe(1);
    }

    [Fact]
    public async Task Died_after_the_verdict_and_before_its_files()
    {
        var work = Examine(200);
        var recorded = _died.Filing.RecordVerdict(work).Verdict!;

        using var next = await StartAgainAsync();

        _root.Files("archive/tile/anomalous").Count.ShouldBe(1);
        _root.Files("results").Count.ShouldBe(3);
        next.Json("results", ".json").GetProperty("ratio").GetDouble().ShouldBe(recorded.Ratio);
        (_died.Counted("inspected"), next.Counted("inspected")).ShouldBe((1, 0));
    }

    [Fact]
    public async Task A_verdict_stands_even_when_another_model_draws_its_pictures()
    {
        _died.Filing.RecordVerdict(Examine(200));
        var other = new BrightnessExaminer { ModelVersion = "2" };

        using var next = await StartAgainAsync(other);

        var report = next.Json("results", ".json");
        report.GetProperty("modelVersion").GetString().ShouldBe("1");
        report.GetProperty("verdict").GetString().ShouldBe("anomalous");
        report.GetProperty("heatmap").GetString().ShouldNotBeNull();
    }

    [Fact]
    public async Task Died_after_the_files_and_before_the_move()
    {
        var work = Examine(200);
        var entry = _died.Filing.RecordVerdict(work);
        new ResultFiles(_root.Folders, _root.Time).Write(work, entry.Verdict!, entry.FiledPath!);

        using var next = await StartAgainAsync();

        _root.Files("results").Count.ShouldBe(3);
        _root.Files("archive").Count.ShouldBe(1);
        next.Counted("inspected").ShouldBe(0);
    }

    [Fact]
    public async Task Died_after_the_move_and_before_the_row_was_closed()
    {
        var work = Examine(200);
        var entry = _died.Filing.RecordVerdict(work);
        new ResultFiles(_root.Folders, _root.Time).Write(work, entry.Verdict!, entry.FiledPath!);
        var archived = Path.Combine(_root.Folders.Root, entry.FiledPath!);
        Directory.CreateDirectory(Path.GetDirectoryName(archived)!);
        File.Move(work.Image.Path, archived);

        using var next = await StartAgainAsync();

        _root.Ledger.Find(entry.Id)!.State.ShouldBe(ImageState.Filed);
        _root.Files().Count.ShouldBe(4);
    }

    [Fact]
    public async Task Died_after_the_failure_and_before_its_reason()
    {
        _root.Drop("tile/a.png", [1, 2, 3]);
        _died.Filing.RecordFailure(new ImageInWork(_root.Claim("tile/a.png")), "damaged", "It contradicts itself.");

        using var next = await StartAgainAsync();

        next.Json("failed", ".reason.json").GetProperty("message").GetString().ShouldBe("It contradicts itself.");
        _root.Files().Count.ShouldBe(2);
        next.Counted("failed").ShouldBe(0);
    }

    [Fact]
    public async Task Died_between_a_duplicate_and_its_move()
    {
        Examine(200);
        using (await StartAgainAsync())
        {
            _root.Drop("tile/b.png", Line.Picture(200));
            var again = _died.Decode(_root.Claim("tile/b.png"));
            _died.Filing.RecordDuplicate(again);
        }

        using var next = await StartAgainAsync();

        _root.Files("archive/tile/duplicate").Count.ShouldBe(1);
        next.Counted("duplicate").ShouldBe(0);
        _root.Ledger.OpenClaims().ShouldBeEmpty();
    }

    [Fact]
    public async Task An_image_that_kills_a_process_of_its_own_too_is_set_aside_at_the_third_start()
    {
        Examine(200);
        _died.Decode(_root.Claims.TakeUp().Single()); // The second start dies in the decoder, too.

        using var next = await StartAgainAsync(trial: Line.Dying);

        var reason = next.Json("failed", ".reason.json");
        reason.GetProperty("reason").GetString().ShouldBe("crashed");
        reason.GetProperty("message").GetString()!.ShouldContain("signal 11");
        (next.Counted("inspected"), next.Counted("failed")).ShouldBe((0, 1));
    }

    [Fact]
    public async Task An_image_that_was_only_in_work_when_the_process_was_killed_gets_its_verdict()
    {
        Examine(200);
        for (var kill = 0; kill < 5; kill++)
        {
            _died.Decode(_root.Claims.TakeUp().Single());
        }

        using var next = await StartAgainAsync(trial: Line.Surviving);

        (next.Counted("inspected"), next.Counted("failed")).ShouldBe((1, 0));
    }

    [Fact]
    public async Task A_trial_that_cannot_be_held_pauses_the_line_and_blames_no_image()
    {
        Examine(200);
        _died.Decode(_root.Claims.TakeUp().Single());
        var executable = Path.Combine(_root.Folders.Root, "sentinel");
        using var next = new Line(_root, trial: new TrainerExecutable(executable, []));

        var work = next.InspectAsync(_root.Claims.TakeUp());
        await Line.EventuallyAsync(() => _root.Readiness.Problems.ContainsKey("storage"));
        File.Copy("/bin/true", executable);
        await work;

        (next.Counted("inspected"), next.Counted("failed")).ShouldBe((1, 0));
    }

    [Fact]
    public async Task An_image_on_trial_holds_up_no_other()
    {
        Examine(200);
        _died.Decode(_root.Claims.TakeUp().Single());
        _root.Drop("tile/b.png", Line.Picture(10));
        _root.Claim("tile/b.png");
        using var next = new Line(_root, trial: new TrainerExecutable("/bin/sh", ["-c", "exec sleep 60"]));

        var work = next.InspectAsync(_root.Claims.TakeUp());
        await Line.EventuallyAsync(() => next.Counted("inspected") == 1);
        next.Stop();
        await work;

        Path.GetFileName(_root.Files("archive").Single()).ShouldBe("b.png");
    }

    [Fact]
    public async Task A_stop_during_a_trial_leaves_the_image_claimed()
    {
        Examine(200);
        _died.Decode(_root.Claims.TakeUp().Single());
        using var next = new Line(_root, trial: new TrainerExecutable("/bin/sh", ["-c", "exec sleep 60"]));

        var work = next.InspectAsync(_root.Claims.TakeUp());
        await Line.EventuallyAsync(() => _root.Log.All.Any(line => line.Contains("in one of its own first")));
        next.Stop();
        await work;

        _root.Ledger.OpenClaims().ShouldHaveSingleItem().State.ShouldBe(ImageState.Claimed);
        _root.Files(".work").Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_verdict_whose_pictures_kill_every_process_is_filed_without_them()
    {
        _died.Filing.RecordVerdict(Examine(200));
        _died.Decode(_root.Claims.TakeUp().Single());
        _died.Decode(_root.Claims.TakeUp().Single());

        using var next = await StartAgainAsync(trial: Line.Dying);

        next.Json("results", ".json").GetProperty("heatmap").GetString().ShouldBeNull();
        _root.Files("archive/tile/anomalous").Count.ShouldBe(1);
    }

    [Fact]
    public async Task Another_file_where_the_original_was_to_go_is_not_overwritten()
    {
        var work = Examine(200);
        var planned = Path.Combine(_root.Folders.Root, _died.Filing.RecordVerdict(work).FiledPath!);
        Directory.CreateDirectory(Path.GetDirectoryName(planned)!);
        File.WriteAllText(planned, "Somebody else's.");

        using var next = await StartAgainAsync();

        File.ReadAllText(planned).ShouldBe("Somebody else's.");
        _root.Files("archive").Select(Path.GetFileName).ShouldBe(["a-2.png", "a.png"]);
        _root.Ledger.Find(work.Entry.Id)!.FiledPath!.ShouldEndWith("a-2.png");
        _root.Ledger.OpenClaims().ShouldBeEmpty();
    }

    /// <summary>The way up to the verdict, which is in memory only when the process dies.</summary>
    private ImageInWork Examine(byte level)
    {
        _root.Drop("tile/a.png", Line.Picture(level));
        var work = _died.Decode(_root.Claim("tile/a.png"));
        return work with { Examination = _died.Examiner.ExamineAsync("tile", work.Pages).Result, Denoised = work.Frame };
    }

    private async Task<Line> StartAgainAsync(BrightnessExaminer? examiner = null, TrainerExecutable? trial = null)
    {
        var line = new Line(_root, examiner, trial: trial);
        await line.InspectAsync(_root.Claims.TakeUp());
        return line;
    }
}
