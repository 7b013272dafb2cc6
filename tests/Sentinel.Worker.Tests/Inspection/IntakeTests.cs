using System.Globalization;
using System.Text.Json;
using Sentinel.Worker.Inbox;
using Sentinel.Worker.Tests.Inbox;

namespace Sentinel.Worker.Tests.Inspection;

public sealed class IntakeTests : IDisposable
{
    private readonly DataRoot _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task Everything_that_arrives_before_and_during_a_run_gets_its_verdict()
    {
        using var line = new Line(_root);
        for (byte i = 0; i < 10; i++)
        {
            _root.Drop($"before/{i}.png", Line.Picture(i));
        }

        var run = line.RunUntilAsync(() => line.Counted("inspected") == 60);
        for (byte i = 0; i < 40; i++)
        {
            _root.Drop($"product-{i % 4}/{i}.png", Line.Picture(i));
        }

        var moved = Path.Combine(_root.Folders.Root, "prepared");
        Directory.CreateDirectory(moved);
        for (byte i = 0; i < 10; i++)
        {
            File.WriteAllBytes(Path.Combine(moved, $"{i}.png"), Line.Picture(i));
        }

        Directory.Move(moved, Path.Combine(_root.Folders.Inbox, "moved-in-whole"));
        await run;

        _root.Files("archive").Count.ShouldBe(60);
        _root.Files("inbox").ShouldBeEmpty();
        _root.Ledger.OpenClaims().ShouldBeEmpty();
        line.Counted("received").ShouldBe(60);
    }

    [Fact]
    public async Task Files_of_a_product_without_a_model_stay_in_the_inbox_and_the_reason_is_seen()
    {
        using var line = new Line(_root);
        line.Examiner.Without.Add("tile");
        _root.Drop("tile/a.png", Line.Picture(1));
        _root.Drop("cookie/b.png", Line.Picture(2));

        var run = line.RunUntilAsync(() => line.Counted("inspected") == 2);
        await Line.EventuallyAsync(() => line.Counted("inspected") == 1);
        _root.Files("inbox").ShouldBe(["inbox/tile/a.png"]);
        _root.Readiness.Problems["model tile"].ShouldContain("good/tile");
        _root.Readiness.Problems.ShouldNotContainKey("model cookie");
        line.Examiner.Without.Clear();
        await run;

        _root.Readiness.Problems.ShouldBeEmpty();
        _root.Files("archive").Count.ShouldBe(2);
    }

    [Fact]
    public async Task An_event_brings_a_file_in_long_before_the_next_scan()
    {
        using var line = new Line(_root, configure: options => options.Inbox.ScanInterval = TimeSpan.FromMinutes(10));
        Directory.CreateDirectory(Path.Combine(_root.Folders.Inbox, "tile"));

        var wellBefore = TimeSpan.FromMinutes(3); // On a busy machine a slow scan makes the next one wait.
        var run = line.RunUntilAsync(() => line.Counted("inspected") == 2, wellBefore);
        await Task.Delay(300, TestContext.Current.CancellationToken); // The first scan found nothing.
        _root.Drop("tile/a.png", Line.Picture(1));
        await Line.EventuallyAsync(() => line.Counted("inspected") == 1, wellBefore);
        _root.Drop("made-later/b.png", Line.Picture(2));
        await run;

        _root.Files("archive").Count.ShouldBe(2);
    }

    [Fact]
    public async Task An_inbox_that_goes_away_and_comes_back_is_reported_and_taken_up_again()
    {
        using var line = new Line(_root);
        var away = _root.Folders.Inbox + "-away";
        Directory.Move(_root.Folders.Inbox, away);

        var run = line.RunUntilAsync(() => line.Counted("inspected") == 1);
        await Line.EventuallyAsync(() => _root.Readiness.Problems.ContainsKey("inbox"));
        Directory.Move(away, _root.Folders.Inbox);
        _root.Drop("tile/a.png", Line.Picture(1));
        await run;

        _root.Readiness.Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task No_more_is_claimed_than_the_line_can_hold()
    {
        using var line = new Line(_root);
        using var gate = new ManualResetEventSlim();
        line.Examiner.Before = _ => gate.Wait(TestContext.Current.CancellationToken);
        for (byte i = 0; i < 60; i++)
        {
            _root.Drop($"tile/{i}.png", Line.Picture(i));
        }

        var run = line.RunUntilAsync(() => line.Counted("inspected") == 60);
        await Line.EventuallyAsync(() => _root.Files(".work").Count >= 10);
        await Task.Delay(300, TestContext.Current.CancellationToken);
        _root.Files(".work").Count.ShouldBeLessThanOrEqualTo(14);
        gate.Set();
        await run;

        _root.Files("archive").Count.ShouldBe(60);
    }

    [Fact]
    public async Task Images_of_a_product_get_their_verdicts_in_the_order_in_which_they_arrived()
    {
        using var line = new Line(_root);
        _root.Time.AutoAdvanceAmount = TimeSpan.FromMilliseconds(1); // No two verdicts at the same time.
        for (byte i = 0; i < 40; i++)
        {
            _root.Drop($"{(i % 2 == 0 ? "tile" : "plate")}/{40 - i}.png", Line.Picture(i));
            await Task.Delay(10, TestContext.Current.CancellationToken); // The kernel's own time stamps are a few milliseconds coarse.
        }

        await line.RunUntilAsync(() => line.Counted("inspected") == 40);

        foreach (var product in new[] { "tile", "plate" })
        {
            var inspected = _root.Files($"results/{product}").Where(path => path.EndsWith(".json", StringComparison.Ordinal))
                .Select(path => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_root.Folders.Root, path))).RootElement.GetProperty("id").GetString()!)
                .Select(id => _root.Ledger.Find(id)!)
                .OrderBy(entry => entry.Verdict!.InspectedAt)
                .Select(entry => int.Parse(Path.GetFileNameWithoutExtension(entry.File), CultureInfo.InvariantCulture))
                .ToList();
            inspected.Count.ShouldBe(20);
            inspected.ShouldBe(inspected.OrderDescending());
        }
    }

    [Fact]
    public async Task A_stop_finishes_what_is_claimed_and_leaves_the_rest_in_the_inbox()
    {
        using var line = new Line(_root);
        line.Examiner.Before = _ => Thread.Sleep(20);
        for (byte i = 0; i < 60; i++)
        {
            _root.Drop($"tile/{i}.png", Line.Picture(i));
        }

        await line.RunUntilAsync(() => line.Counted("inspected") >= 5);

        var waiting = _root.Files("inbox").Count;
        waiting.ShouldBeGreaterThan(10);
        _root.Files("archive").Count.ShouldBe(60 - waiting - _root.Files(".work").Count);
        _root.Files(".work").Count.ShouldBeLessThanOrEqualTo(1); // The one that was claimed while the queue was full.
    }

    [Fact]
    public async Task What_was_left_claimed_waits_for_its_model_and_keeps_its_attempts()
    {
        _root.Drop("tile/a.png", Line.Picture(1));
        var image = _root.Claim("tile/a.png");
        _root.Ledger.BeginAttempt(image.Entry.Id);
        using var line = new Line(_root);
        line.Examiner.Without.Add("tile");

        var run = line.RunUntilAsync(() => line.Counted("inspected") == 1);
        await Task.Delay(500, TestContext.Current.CancellationToken);
        _root.Ledger.Find(image.Entry.Id)!.Attempts.ShouldBe(1);
        _root.Files().ShouldBe([$".work/tile/{image.Entry.Id}/a.png"]);
        line.Examiner.Without.Clear();
        await run;

        _root.Files("archive").Count.ShouldBe(1);
    }

    [Fact]
    public async Task By_rename_a_file_is_taken_as_soon_as_it_has_its_name()
    {
        using var line = new Line(_root, configure: options =>
            (options.Inbox.Ready, options.Inbox.QuietPeriod, options.Inbox.ScanInterval) = (ReadySign.Rename, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(10)));
        var folder = Directory.CreateDirectory(Path.Combine(_root.Folders.Inbox, "tile")).FullName;
        foreach (var unfinished in new[] { ".a.png", "a.png.tmp", "a.png.part", "~a.png" })
        {
            File.WriteAllBytes(Path.Combine(folder, unfinished), Line.Picture(1));
        }

        var run = line.RunUntilAsync(() => line.Counted("inspected") == 1);
        await Task.Delay(500, TestContext.Current.CancellationToken);
        _root.Files("inbox").Count.ShouldBe(4);
        File.Move(Path.Combine(folder, "a.png.part"), Path.Combine(folder, "a.png"));
        await run;

        _root.Files("inbox").Count.ShouldBe(3);
        _root.Files("archive").Count.ShouldBe(1);
    }

    [Fact]
    public async Task By_marker_a_file_waits_for_it_and_both_go_together()
    {
        using var line = new Line(_root, configure: options => options.Inbox.Ready = ReadySign.Marker);
        var path = _root.Drop("tile/a.png", Line.Picture(1));

        var run = line.RunUntilAsync(() => _root.Files("archive").Count == 1);
        await Task.Delay(600, TestContext.Current.CancellationToken);
        _root.Files("inbox").ShouldBe(["inbox/tile/a.png"]);
        File.Create(path + ".done").Dispose();
        await run;

        _root.Files("inbox").ShouldBeEmpty();
        _root.Files(".work").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_half_written_image_waits_in_its_place_until_it_is_complete()
    {
        using var line = new Line(_root);
        var content = Line.Picture(1);
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(_root.Folders.Inbox, "tile")).FullName, "a.png");
        File.WriteAllBytes(path, content[..5]);

        var run = line.RunUntilAsync(() => line.Counted("inspected") == 1);
        foreach (var piece in new[] { 5..40, 40..(content.Length - 1) })
        {
            await Task.Delay(500, TestContext.Current.CancellationToken);
            _root.Files().ShouldBe(["inbox/tile/a.png"]);
            await AppendAsync(path, content[piece]);
        }

        await Task.Delay(500, TestContext.Current.CancellationToken);
        line.Counted("received").ShouldBe(0);
        await AppendAsync(path, content[^1..]);
        await run;

        File.ReadAllBytes(Path.Combine(_root.Folders.Root, _root.Files("archive").Single())).ShouldBe(content);
        line.Counted("received").ShouldBe(1);
    }

    [Fact]
    public async Task Folders_renamed_and_removed_while_they_are_watched_hold_up_nothing()
    {
        using var line = new Line(_root, configure: options => options.Inbox.ScanInterval = TimeSpan.FromMinutes(10));
        var (tile, plate) = (Path.Combine(_root.Folders.Inbox, "tile"), Path.Combine(_root.Folders.Inbox, "plate"));
        Directory.CreateDirectory(tile);

        var run = line.RunUntilAsync(() => line.Counted("inspected") == 3);
        await Task.Delay(300, TestContext.Current.CancellationToken);
        Directory.Move(tile, plate);
        await Task.Delay(300, TestContext.Current.CancellationToken);
        _root.Drop("plate/a.png", Line.Picture(1));
        await Line.EventuallyAsync(() => line.Counted("inspected") == 1);
        Directory.Delete(plate);
        Directory.CreateDirectory(plate);
        await Task.Delay(300, TestContext.Current.CancellationToken);
        _root.Drop("plate/b.png", Line.Picture(2));
        await Line.EventuallyAsync(() => line.Counted("inspected") == 2);
        _root.Drop("tile/c.png", Line.Picture(3));
        await run;

        _root.Files("archive/plate").Count.ShouldBe(2);
        _root.Files("archive/tile").Count.ShouldBe(1);
    }

    private static async Task AppendAsync(string path, byte[] piece)
    {
        await using var file = new FileStream(path, FileMode.Append);
        await file.WriteAsync(piece, TestContext.Current.CancellationToken);
    }
}
