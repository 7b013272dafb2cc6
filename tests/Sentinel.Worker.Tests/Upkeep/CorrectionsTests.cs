using Sentinel.Worker.Ledger;
using Sentinel.Worker.Tests.Inbox;
using Sentinel.Worker.Tests.Inspection;
using Sentinel.Worker.Upkeep;

namespace Sentinel.Worker.Tests.Upkeep;

public sealed class CorrectionsTests : IDisposable
{
    private const byte Normal = 10, Suspect = 115, Anomalous = 200;

    private readonly DataRoot _root = new();
    private Corrections _corrections;

    public CorrectionsTests() => _corrections = Anew();

    private ReviewLedger Reviews => new(_root.Database);

    public void Dispose() => _root.Dispose();

    [Theory]
    [InlineData(Normal, "good", "confirmed")]
    [InlineData(Suspect, "good", "false-alarm")]
    [InlineData(Anomalous, "good", "false-alarm")]
    [InlineData(Normal, "defects", "missed")]
    [InlineData(Suspect, "defects", "confirmed")]
    [InlineData(Anomalous, "defects", "confirmed")]
    public async Task A_moved_image_corrects_or_confirms_its_verdict(byte level, string folder, string outcome)
    {
        var archived = await InspectAsync("a.png", level);
        var moved = Move(archived, $"{folder}/tile/renamed.png");

        Look();

        var review = Reviews.Of("tile").ShouldHaveSingleItem();
        review.Outcome.ShouldBe(outcome);
        review.ModelVersion.ShouldBe("1");
        review.Path.ShouldBe($"{folder}/tile/renamed.png");
        review.At.ShouldBe(_root.Time.GetUtcNow());
        _root.Ledger.Find(review.Image)!.FiledPath.ShouldBe($"{folder}/tile/renamed.png");
        File.Exists(moved).ShouldBeTrue();
        Counted(() => Anew().Look(TestContext.Current.CancellationToken)).ShouldBeEmpty("it was said before");
    }

    [Fact]
    public async Task A_correction_is_counted_once_with_its_product_and_outcome()
    {
        Move(await InspectAsync("a.png", Anomalous), "good/tile/a.png");

        Counted(() => Look()).ShouldBe(["tile false-alarm"]);
        Counted(() => Look()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_copy_among_the_defects_counts_and_the_original_stays_where_it_is()
    {
        var archived = await InspectAsync("a.png", Normal);
        Copy(archived, "defects/tile/a.png");

        Look();

        var review = Reviews.Of("tile").ShouldHaveSingleItem();
        review.Outcome.ShouldBe("missed");
        _root.Ledger.Find(review.Image)!.FiledPath.ShouldBe(Path.GetRelativePath(_root.Folders.Root, archived));
    }

    [Fact]
    public async Task A_copy_among_the_known_good_says_nothing_until_its_original_is_gone()
    {
        var archived = await InspectAsync("a.png", Anomalous);
        Copy(archived, "good/tile/a.png");

        Look();
        Reviews.Of("tile").ShouldBeEmpty();
        File.Delete(archived); // A move between two file systems, which copies first.
        Look();

        Reviews.Of("tile").ShouldHaveSingleItem().Outcome.ShouldBe("false-alarm");
    }

    [Fact]
    public async Task A_copy_among_the_known_good_stays_a_copy_when_retention_removes_the_original_later()
    {
        var archived = await InspectAsync("a.png", Anomalous);
        Copy(archived, "good/tile/a.png");
        Look();
        _root.Time.Advance(TimeSpan.FromMinutes(11));
        Look();

        File.Delete(archived);
        Look();
        _corrections = Anew();
        Look();

        Reviews.Of("tile").ShouldBeEmpty();
    }

    [Fact]
    public async Task The_last_word_holds_and_every_word_is_kept()
    {
        Move(await InspectAsync("a.png", Anomalous), "good/tile/a.png");
        Look();
        _root.Time.Advance(TimeSpan.FromHours(1));
        Move(Path.Combine(_root.Folders.Good, "tile", "a.png"), "defects/tile/a.png");
        Look();

        Reviews.Of("tile").Select(review => review.Outcome).ShouldBe(["false-alarm", "confirmed"]);
        _root.Ledger.Find(Reviews.Of("tile")[0].Image)!.FiledPath.ShouldBe("defects/tile/a.png");
    }

    [Fact]
    public async Task Images_that_were_never_inspected_are_just_known_good()
    {
        await InspectAsync("a.png", Anomalous);
        foreach (var (path, level) in new[] { ("good/tile/new.png", (byte)77), ("good/tile/deeper/new.png", (byte)78), ("defects/tile/own.png", (byte)79) })
        {
            Put(path, Line.Picture(level));
        }

        Look();

        Reviews.Of("tile").ShouldBeEmpty();
        Reviews.Compared().Keys.Order().ShouldBe(["defects/tile/own.png", "good/tile/deeper/new.png", "good/tile/new.png"]);
    }

    [Fact]
    public async Task An_image_that_was_known_good_before_it_was_inspected_corrects_nothing()
    {
        Put("good/tile/a.png", Line.Picture(Anomalous));
        Look();
        var archived = await InspectAsync("a.png", Anomalous);
        File.Delete(archived);

        Look();
        _corrections = Anew();
        Look();

        Reviews.Of("tile").ShouldBeEmpty();
    }

    [Fact]
    public async Task The_same_content_of_another_product_is_another_image()
    {
        Move(await InspectAsync("a.png", Anomalous), "good/cookie/a.png");

        Look();

        Reviews.Of("cookie").ShouldBeEmpty();
        Reviews.Of("tile").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_that_is_still_being_written_waits()
    {
        var archived = await InspectAsync("a.png", Anomalous);
        Move(archived, "good/tile/a.png");
        var behind = DateTimeOffset.UtcNow - _root.Time.GetUtcNow();
        _root.Time.Advance(behind > TimeSpan.Zero ? behind : TimeSpan.Zero);

        _corrections.Look(TestContext.Current.CancellationToken);
        Reviews.Of("tile").ShouldBeEmpty();
        Reviews.Compared().ShouldBeEmpty();

        Look();
        Reviews.Of("tile").Count.ShouldBe(1);
    }

    [Fact]
    public void A_file_that_is_gone_is_forgotten()
    {
        Put("good/tile/a.png", Line.Picture(1));
        Look();
        Reviews.Compared().Count.ShouldBe(1);

        File.Delete(Path.Combine(_root.Folders.Good, "tile", "a.png"));
        Look();

        Reviews.Compared().ShouldBeEmpty();
    }

    [Fact]
    public async Task While_the_archive_is_not_mounted_nothing_counts_as_moved()
    {
        var archived = await InspectAsync("a.png", Anomalous);
        Copy(archived, "good/tile/a.png");
        Directory.Move(_root.Folders.Archive, _root.Folders.Archive + ".unmounted");

        Look();

        Reviews.Of("tile").ShouldBeEmpty();
        Directory.Move(_root.Folders.Archive + ".unmounted", _root.Folders.Archive);
    }

    [Fact]
    public async Task The_running_host_looks_for_corrections()
    {
        using var data = new TemporaryFolder();
        var archived = await InspectAsync("a.png", Anomalous);
        var (ledger, verdict) = (new ImageLedger(new LedgerDatabase(data["sentinel.db"], TimeSpan.FromSeconds(5))), _root.Ledger.VerdictOn("tile", Sha(archived))!);
        var (entry, _) = ledger.Claim("reviewed", "a.png", "inbox/reviewed/a.png", new FileInfo(archived).Length, verdict.ReceivedAt, verdict.ClaimedAt);
        ledger.RecordVerdict(entry.Id, verdict.Verdict!, "archive/reviewed/a.png").ShouldBeTrue();
        ledger.MarkFiled(entry.Id, "archive/reviewed/a.png", verdict.ClaimedAt);
        Directory.CreateDirectory(data["good", "reviewed"]);
        Directory.CreateDirectory(data["archive"]);
        File.Move(archived, data["good", "reviewed", "a.png"]);
        await Task.Delay(TimeSpan.FromSeconds(2.2), TestContext.Current.CancellationToken);

        await using var host = await RunningHost.StartAsync(data);

        await Eventually.HoldsAsync(
            async () => (await host.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken))
                .Contains("sentinel_reviews_total{outcome=\"false-alarm\",product=\"reviewed\"} 1", StringComparison.Ordinal),
            "the correction is counted");
        Directory.Exists(data["defects"]).ShouldBeTrue();
        ledger.Find(entry.Id)!.FiledPath.ShouldBe("good/reviewed/a.png");
    }

    private static string Sha(string path) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)));

    private Corrections Anew() => new(_root.Folders, _root.Ledger, Reviews, _root.Metrics, _root.Time, _root.Log.For<Corrections>());

    /// <summary>A look after the time in which somebody may still write.</summary>
    private void Look()
    {
        _root.Time.Advance(TimeSpan.FromSeconds(5));
        _corrections.Look(TestContext.Current.CancellationToken);
    }

    private async Task<string> InspectAsync(string name, byte level)
    {
        _root.Drop($"tile/{name}", Line.Picture(level));
        using var line = new Line(_root);
        await line.InspectAsync(_root.Claim($"tile/{name}"));
        return Path.Combine(_root.Folders.Root, _root.Files("archive").Single(path => Path.GetFileName(path) == name));
    }

    private string Move(string from, string to)
    {
        File.Move(from, Made(to));
        return Made(to);
    }

    private void Copy(string from, string to) => File.Copy(from, Made(to));

    private void Put(string to, byte[] content) => File.WriteAllBytes(Made(to), content);

    private string Made(string relative)
    {
        var path = Path.Combine(_root.Folders.Root, relative);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }

    private List<string> Counted(Action step)
    {
        var counted = new List<string>();
        using var listener = new System.Diagnostics.Metrics.MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Name == "sentinel_reviews" && instrument.Meter.Scope == _root.Meters)
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            if (count > 0)
            {
                counted.Add(string.Join(' ', tags.ToArray().Select(tag => tag.Value)));
            }
        });
        listener.Start();
        step();
        return counted;
    }
}
