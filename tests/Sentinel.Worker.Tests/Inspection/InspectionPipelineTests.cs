using System.Text;
using System.Text.Json;
using Sentinel.Core.Imaging;
using Sentinel.Core.Torch;
using Sentinel.Worker.Inspection;
using Sentinel.Worker.Ledger;
using Sentinel.Worker.Telemetry;
using Sentinel.Worker.Tests.Inbox;

namespace Sentinel.Worker.Tests.Inspection;

public sealed class InspectionPipelineTests : IDisposable
{
    private readonly DataRoot _root = new();
    private readonly Line _line;
    private readonly string _today;

    public InspectionPipelineTests()
    {
        _line = new Line(_root);
        _today = _root.Time.GetUtcNow().ToString("yyyy-MM-dd");
    }

    public void Dispose()
    {
        _line.Dispose();
        _root.Dispose();
    }

    [Fact]
    public async Task An_image_ends_in_the_archive_with_everything_that_was_found_beside_it()
    {
        var content = Line.Picture(200);
        _root.Drop("tile/a.png", content);

        await _line.InspectAsync(_root.Claim("tile/a.png"));

        _root.Files().ShouldBe(
        [
            $"archive/tile/anomalous/{_today}/a.png",
            $"results/tile/{_today}/a.png.denoised.png",
            $"results/tile/{_today}/a.png.heatmap.png",
            $"results/tile/{_today}/a.png.json",
        ]);
        File.ReadAllBytes(Path.Combine(_root.Folders.Root, $"archive/tile/anomalous/{_today}/a.png")).ShouldBe(content);
        _line.Counted("inspected").ShouldBe(1);
    }

    [Fact]
    public async Task A_denoised_copy_that_holds_no_numbers_is_left_out_and_the_verdict_stands()
    {
        _line.Examiner.Denoise = (_, _) => throw new MachineFaultException(MachineFault.NotFinite, "The copy was not made.");
        _root.Drop("tile/a.png", Line.Picture(200));

        await _line.InspectAsync(_root.Claim("tile/a.png"));

        _root.Files().ShouldBe([$"archive/tile/anomalous/{_today}/a.png", $"results/tile/{_today}/a.png.heatmap.png", $"results/tile/{_today}/a.png.json"]);
        var report = _line.Json("results", ".json");
        report.GetProperty("denoised").ValueKind.ShouldBe(JsonValueKind.Null);
        report.GetProperty("heatmap").GetString().ShouldNotBeNull();
        _root.Log.All.ShouldContain("Error: a.png of tile has no denoised copy. The copy was not made. (1 times)");
    }

    [Fact]
    public async Task The_report_says_all_that_the_schema_promises()
    {
        _root.Drop("tile/a.png", Line.Picture(200));

        await _line.InspectAsync(_root.Claim("tile/a.png"));

        var report = _line.Json("results", ".json");
        report.EnumerateObject().Select(field => field.Name).ShouldBe(
        [
            "schema", "id", "product", "file", "sha256", "width", "height", "modelVersion", "score", "threshold", "ratio", "pValue", "verdict",
            "regions", "heatmap", "denoised", "archived", "receivedAt", "inspectedAt", "durations",
        ]);
        report.GetProperty("schema").GetString().ShouldBe("sentinel.inspection/1");
        report.GetProperty("verdict").GetString().ShouldBe("anomalous");
        report.GetProperty("width").GetInt32().ShouldBe(40);
        report.GetProperty("regions")[0].EnumerateObject().Select(field => field.Name).ShouldBe(
            ["x", "y", "width", "height", "areaPercent", "peakRatio"]);
        report.GetProperty("durations").EnumerateObject().Select(field => field.Name).ShouldBe(["settle", "decode", "infer", "denoise", "write"]);
        foreach (var path in new[] { "heatmap", "denoised", "archived" })
        {
            File.Exists(Path.Combine(_root.Folders.Root, report.GetProperty(path).GetString()!)).ShouldBeTrue(path);
        }
    }

    [Fact]
    public async Task The_worst_page_stands_for_a_file_of_several_and_each_is_reported()
    {
        using var line = new Line(_root, configure: options => options.Pages = PageChoice.Each);
        _root.Drop("tile/a.tif", Line.Pages(10, 200, 30));

        await line.InspectAsync(_root.Claim("tile/a.tif"));

        var report = line.Json("results", ".json");
        (report.GetProperty("verdict").GetString(), report.GetProperty("page").GetInt32()).ShouldBe(("anomalous", 2));
        report.GetProperty("pages").EnumerateArray().Select(page => page.GetProperty("verdict").GetString())
            .ShouldBe(["normal", "anomalous", "normal"]);
        var denoised = ImageFile.Read(Path.Combine(_root.Folders.Results, "tile", _today, "a.tif.denoised.png"), new ImageLimits());
        denoised.Samples[0].ShouldBe((ushort)(200 * 257), "the copy is of the worst page");
    }

    [Fact]
    public async Task Heatmap_and_denoised_copy_have_the_size_of_the_image()
    {
        _root.Drop("tile/a.png", Line.Picture(200, width: 123, height: 77));

        await _line.InspectAsync(_root.Claim("tile/a.png"));

        foreach (var ending in new[] { "heatmap", "denoised" })
        {
            var picture = ImageFile.Read(Path.Combine(_root.Folders.Results, "tile", _today, $"a.png.{ending}.png"), new ImageLimits());
            (picture.Width, picture.Height).ShouldBe((123, 77), ending);
        }
    }

    [Fact]
    public async Task The_same_content_again_is_kept_and_gets_no_second_verdict()
    {
        _root.Drop("tile/a.png", Line.Picture(10));
        await _line.InspectAsync(_root.Claim("tile/a.png"));
        using var later = new Line(_root);
        _root.Drop("tile/b.png", Line.Picture(10));

        await later.InspectAsync(_root.Claim("tile/b.png"));

        _root.Files("archive").ShouldBe([$"archive/tile/duplicate/{_today}/b.png", $"archive/tile/normal/{_today}/a.png"]);
        _root.Files("results").Count(path => path.EndsWith(".json", StringComparison.Ordinal)).ShouldBe(1);
        (later.Counted("inspected"), later.Counted("duplicate")).ShouldBe((0, 1));
    }

    [Fact]
    public async Task The_same_content_again_is_inspected_where_a_product_asks_for_it()
    {
        using var line = new Line(_root, configure: options => options.Inbox.SameContent = SameContent.Inspect);
        _root.Drop("tile/a.png", Line.Picture(10));
        _root.Drop("tile/b.png", Line.Picture(10));
        _root.Drop("tile/c.png", Line.Picture(10));

        await line.InspectAsync(_root.Claim("tile/a.png"), _root.Claim("tile/b.png"), _root.Claim("tile/c.png"));

        _root.Files($"archive/tile/normal/{_today}").Count.ShouldBe(3);
        _root.Files("results").Count(path => path.EndsWith(".json", StringComparison.Ordinal)).ShouldBe(3);
        (line.Counted("inspected"), line.Counted("duplicate")).ShouldBe((3, 0));
    }

    [Fact]
    public async Task Of_the_same_content_twice_at_once_one_gets_the_verdict()
    {
        for (var i = 0; i < 6; i++)
        {
            _root.Drop($"tile/{i}.png", Line.Picture(10));
        }

        await _line.InspectAsync(Enumerable.Range(0, 6).Select(i => _root.Claim($"tile/{i}.png")).ToList());

        _root.Files($"archive/tile/normal").Count.ShouldBe(1);
        _root.Files("archive/tile/duplicate").Count.ShouldBe(5);
        (_line.Counted("inspected"), _line.Counted("duplicate")).ShouldBe((1, 5));
        _root.Ledger.OpenClaims().ShouldBeEmpty();
    }

    [Fact]
    public async Task The_same_name_again_overwrites_nothing_and_shares_its_number_with_its_results()
    {
        for (byte i = 0; i < 3; i++)
        {
            _root.Drop("tile/a.png", Line.Picture(i));
            using var line = new Line(_root);
            await line.InspectAsync(_root.Claim("tile/a.png"));
        }

        _root.Files("archive").Select(Path.GetFileName).ShouldBe(["a-2.png", "a-3.png", "a.png"]);
        _root.Files("results").Select(Path.GetFileName).Where(name => name!.EndsWith(".json", StringComparison.Ordinal)).ShouldBe(
            ["a-2.png.json", "a-3.png.json", "a.png.json"]);
    }

    [Fact]
    public async Task Names_as_long_as_the_file_system_allows_and_with_odd_characters_go_all_the_way()
    {
        string[] names = [new string('x', 251) + ".png", "new\nline 100% 検査.png"];
        foreach (var (name, level) in names.Zip([(byte)1, (byte)2]))
        {
            _root.Drop($"tile/{name}", Line.Picture(level));
        }

        await _line.InspectAsync(names.Select(name => _root.Claim($"tile/{name}")).ToList());

        _root.Files("archive").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal).ShouldBe(names.Order(StringComparer.Ordinal));
        _root.Files("results").Count.ShouldBe(6);
    }

    [Fact]
    public async Task A_text_file_named_like_an_image_is_set_aside_with_a_reason_that_a_person_understands()
    {
        _root.Drop("tile/a.png", Encoding.UTF8.GetBytes("Hello, I am no picture at all."));

        await _line.InspectAsync(_root.Claim("tile/a.png"));

        _root.Files().ShouldBe([$"failed/tile/{_today}/a.png", $"failed/tile/{_today}/a.png.reason.json"]);
        var reason = _line.Json("failed", ".reason.json");
        reason.EnumerateObject().Select(field => field.Name).ShouldBe(["schema", "id", "product", "file", "sha256", "reason", "message", "failedAt"]);
        reason.GetProperty("reason").GetString().ShouldBe("not_an_image");
        reason.GetProperty("message").GetString()!.ShouldContain("not an image");
        _line.Counted("failed").ShouldBe(1);
    }

    [Fact]
    public async Task A_file_that_takes_too_long_to_decode_is_set_aside_with_that_reason()
    {
        _root.Drop("tile/a.png", Line.Picture(10, 4000, 4000));
        _line.Options.Limits.DecodeTime = TimeSpan.FromTicks(1);

        await _line.InspectAsync(_root.Claim("tile/a.png"));

        _line.Json("failed", ".reason.json").GetProperty("reason").GetString().ShouldBe("too_slow");
    }

    [Fact]
    public async Task A_sound_file_of_a_kind_that_is_not_read_is_set_aside_and_stops_nothing()
    {
        using var samples = NetVips.Image.Black(16, 16, bands: 7);
        _root.Drop("tile/a.tif", samples.TiffsaveBuffer());

        await _line.InspectAsync(_root.Claim("tile/a.tif"));

        _line.Json("failed", ".reason.json").GetProperty("reason").GetString().ShouldBe("unsupported");
    }

    [Fact]
    public async Task A_young_file_that_ends_too_early_goes_back_to_where_its_sender_looks_for_it()
    {
        var path = _root.Drop("tile/a.png", Line.Picture(10)[..^20]);

        await _line.InspectAsync(_root.Claim("tile/a.png"));

        _root.Files().ShouldBe(["inbox/tile/a.png"]);
        _root.Ready.Look(_root.Waiting("tile")[0], TimeSpan.Zero).ShouldBeGreaterThan(TimeSpan.FromSeconds(50));
        File.WriteAllBytes(path, Line.Picture(10));
        _root.Ready.Look(_root.Waiting("tile")[0], TimeSpan.Zero).ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void A_young_file_that_contradicts_itself_has_three_attempts()
    {
        _root.Drop("tile/a.png", Damaged());

        PauseBeforeNextAttempt("tile/a.png").ShouldBe(TimeSpan.FromSeconds(5));
        PauseBeforeNextAttempt("tile/a.png").ShouldBe(TimeSpan.FromSeconds(20));
        _line.Decode(_root.Claim("tile/a.png")).Ending.ShouldBeOfType<Ending.SetAside>().Reason.ShouldBe("damaged");
    }

    [Fact]
    public void A_file_that_was_written_to_between_two_attempts_starts_afresh()
    {
        var path = _root.Drop("tile/a.png", Damaged());
        PauseBeforeNextAttempt("tile/a.png").ShouldBe(TimeSpan.FromSeconds(5));

        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddSeconds(-1));

        PauseBeforeNextAttempt("tile/a.png").ShouldBe(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void An_old_file_that_contradicts_itself_is_set_aside_at_once()
    {
        _root.Drop("tile/a.png", Damaged());
        _root.Time.Advance(_line.Options.Inbox.TruncatedGrace);

        _line.Decode(_root.Claim("tile/a.png")).Ending.ShouldBeOfType<Ending.SetAside>().Reason.ShouldBe("damaged");
    }

    [Fact]
    public void A_file_that_was_marked_as_complete_is_not_waited_for()
    {
        _line.Options.Inbox.Ready = ReadySign.Marker;
        _root.Drop("tile/a.png", Line.Picture(10)[..^20]);

        _line.Decode(_root.Claim("tile/a.png")).Ending.ShouldBeOfType<Ending.SetAside>().Reason.ShouldBe("truncated");
    }

    [Fact]
    public void A_file_that_the_disk_cannot_give_has_three_attempts_and_holds_up_no_other()
    {
        _root.Drop("tile/a.png");
        var image = _root.Claim("tile/a.png") with { Path = "/proc/self/mem" }; // Reading its first byte is an input/output error.

        _line.Decode(image).Ending.ShouldBeOfType<Ending.PutBack>().Until.ShouldBe(_root.Time.GetUtcNow().AddSeconds(5));
        _line.Decode(image).Ending.ShouldBeOfType<Ending.PutBack>().Until.ShouldBe(_root.Time.GetUtcNow().AddSeconds(20));
        var end = _line.Decode(image).Ending.ShouldBeOfType<Ending.SetAside>();
        end.Reason.ShouldBe("unreadable");
        end.Message.ShouldStartWith("The disk cannot give the file: Input/output error");
    }

    [Fact]
    public void A_file_that_no_file_of_the_disk_can_be_read_beside_is_not_blamed()
    {
        _root.Drop("tile/a.png");
        var image = _root.Claim("tile/a.png") with { Path = "/proc/self/mem" };
        Directory.CreateDirectory(Path.Combine(_root.Folders.Work, ".probe")); // Where the probe would be written.

        for (var attempt = 0; attempt < 4; attempt++)
        {
            Should.Throw<IOException>(() => _line.Decode(image));
        }
    }

    [Fact]
    public async Task An_old_file_that_ends_too_early_is_set_aside()
    {
        _root.Drop("tile/a.png", Line.Picture(10)[..^20]);
        _root.Time.Advance(_line.Options.Inbox.TruncatedGrace);

        await _line.InspectAsync(_root.Claim("tile/a.png"));

        _line.Json("failed", ".reason.json").GetProperty("reason").GetString().ShouldBe("truncated");
    }

    [Fact]
    public async Task An_unfinished_file_from_a_clock_that_runs_ahead_does_not_wait_for_ever()
    {
        var path = _root.Drop("tile/a.png", Line.Picture(10)[..^20]);
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddDays(1));
        await _line.InspectAsync(_root.Claim("tile/a.png"));
        _root.Files().ShouldBe(["inbox/tile/a.png"]);
        _root.Time.Advance(_line.Options.Inbox.TruncatedGrace + TimeSpan.FromSeconds(1));
        using var later = new Line(_root);

        await later.InspectAsync(_root.Claim("tile/a.png"));

        _root.Files("failed").Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_file_that_leaves_the_work_folder_by_another_hand_is_recorded_and_holds_up_nothing()
    {
        _root.Drop("tile/a.png", Line.Picture(1));
        _root.Drop("tile/b.png", Line.Picture(2));
        var (gone, stays) = (_root.Claim("tile/a.png"), _root.Claim("tile/b.png"));
        File.Delete(gone.Path);

        await _line.InspectAsync(gone, stays);

        _root.Ledger.Find(gone.Entry.Id)!.Failure!.Reason.ShouldBe("unreadable");
        _root.Ledger.OpenClaims().ShouldBeEmpty();
        _root.Files("archive").Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_work_folder_that_goes_away_is_a_fault_of_the_disk_and_not_of_its_files()
    {
        _root.Drop("tile/a.png", Line.Picture(1));
        var image = _root.Claim("tile/a.png");
        Directory.Move(_root.Folders.Work, _root.Folders.Work + "-away");

        var work = _line.InspectAsync(image);
        await Line.EventuallyAsync(() => _root.Readiness.Problems.ContainsKey("storage"));
        Directory.Move(_root.Folders.Work + "-away", _root.Folders.Work);
        await work;

        _root.Files("archive").Count.ShouldBe(1);
        _line.Counted("failed").ShouldBe(0);
    }

    [Fact]
    public async Task A_product_that_lost_its_model_gets_its_file_back()
    {
        _root.Drop("tile/a.png", Line.Picture(1));
        var image = _root.Claim("tile/a.png");
        _line.Examiner.Without.Add("tile");

        await _line.InspectAsync(image);

        _root.Files().ShouldBe(["inbox/tile/a.png"]);
        _root.Ledger.Find(image.Entry.Id)!.State.ShouldBe(ImageState.Seen);
    }

    [Fact]
    public async Task A_disk_that_takes_nothing_pauses_the_line_and_blames_no_image()
    {
        _root.Drop("tile/a.png", Line.Picture(1));
        var image = _root.Claim("tile/a.png");
        Directory.Delete(_root.Folders.Results);
        File.WriteAllText(_root.Folders.Results, "A file where a folder should be refuses every write, for any user.");

        var work = _line.InspectAsync(image);
        await Line.EventuallyAsync(() => _root.Readiness.Problems.ContainsKey("storage"));
        _root.Readiness.Problems["storage"].ShouldContain("a.png");
        _line.Counted("failed").ShouldBe(0);
        File.Delete(_root.Folders.Results);
        await work;

        _root.Readiness.Problems.ShouldNotContainKey("storage");
        _root.Files("results").Count.ShouldBe(3);
        _line.Counted("inspected").ShouldBe(1);
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_a_disk_that_takes_nothing()
    {
        _root.Drop("tile/a.png", Line.Picture(1));
        var image = _root.Claim("tile/a.png");
        Directory.Delete(_root.Folders.Results);
        File.WriteAllText(_root.Folders.Results, "");

        var work = _line.InspectAsync(image);
        await Line.EventuallyAsync(() => _root.Readiness.Problems.ContainsKey("storage"));
        _line.Stop();
        await Should.ThrowAsync<OperationCanceledException>(work);

        File.Delete(_root.Folders.Results);
        using var next = new Line(_root);
        await next.InspectAsync(_root.Claims.TakeUp());
        _root.Files("archive").Count.ShouldBe(1);
        next.Counted("inspected").ShouldBe(0);
    }

    [Fact]
    public async Task A_fault_of_our_own_stops_the_line_and_leaves_the_image_claimed()
    {
        _root.Drop("tile/a.png", Line.Picture(1));
        _root.Drop("tile/b.png", Line.Picture(2));
        _line.Examiner.Before = _ => throw new InvalidOperationException("A bug.");

        (await Should.ThrowAsync<InvalidOperationException>(_line.InspectAsync(_root.Claim("tile/a.png"), _root.Claim("tile/b.png"))))
            .Message.ShouldBe("A bug.");

        _root.Files(".work").Count.ShouldBe(2);
        _root.Ledger.OpenClaims().Count.ShouldBe(2);
    }

    [Fact]
    public async Task An_image_is_decoded_only_when_there_is_room_for_its_pixels()
    {
        using var line = new Line(_root, configure: options => options.Limits.MaxPixelsInWork = 40 * 30);
        using var gate = new ManualResetEventSlim();
        line.Examiner.Before = _ => gate.Wait(TestContext.Current.CancellationToken);
        _root.Drop("tile/a.png", Line.Picture(1));
        _root.Drop("tile/b.png", Line.Picture(2));
        var (first, second) = (_root.Claim("tile/a.png"), _root.Claim("tile/b.png"));

        var work = line.InspectAsync(first, second);
        await Line.EventuallyAsync(() => _root.Ledger.Find(second.Entry.Id)!.Attempts == 1);
        await Task.Delay(200, TestContext.Current.CancellationToken);
        File.Delete(second.Path); // Had it been decoded, nobody would miss it.
        gate.Set();
        await work;

        _root.Ledger.Find(first.Entry.Id)!.Verdict.ShouldNotBeNull();
        _root.Ledger.Find(second.Entry.Id)!.Failure!.Reason.ShouldBe("unreadable");
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_a_denoised_copy_which_the_next_start_makes()
    {
        _root.Drop("tile/a.png", Line.Picture(1));
        var image = _root.Claim("tile/a.png");
        _line.Examiner.Denoise = async (frame, cancel) =>
        {
            await Task.Delay(Timeout.Infinite, cancel);
            return frame;
        };
        using var abandon = new CancellationTokenSource();
        await _line.Queue.AddAsync(image, TestContext.Current.CancellationToken);
        _line.Queue.Complete();

        var work = _line.Pipeline.RunAsync(CancellationToken.None, abandon.Token);
        await Line.EventuallyAsync(() => _line.Counted("inspected") == 1);
        await abandon.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(work.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));

        using var next = new Line(_root);
        await next.InspectAsync(_root.Claims.TakeUp());
        _root.Files("archive").ShouldHaveSingleItem();
        _root.Files("results").Count.ShouldBe(3);
        next.Counted("inspected").ShouldBe(0);
    }

    [Fact]
    public void The_ledger_has_the_words_that_are_counted() =>
        Enum.GetValues<UnreadableReason>().Select(Decoding.Word).Concat(["unreadable", "crashed"]).Except(SentinelMetrics.FailureReasons).ShouldBeEmpty();

    /// <summary>Whole by its chunks, but with another checksum than its pixels have.</summary>
    private static byte[] Damaged()
    {
        var content = Line.Picture(10);
        content[^(12 + 8)] ^= 0xFF;
        return content;
    }

    private TimeSpan PauseBeforeNextAttempt(string file)
    {
        var work = _line.Decode(_root.Claim(file));
        _root.Claims.PutBack(work.Image);
        return work.Ending.ShouldBeOfType<Ending.PutBack>().Until - _root.Time.GetUtcNow();
    }
}
