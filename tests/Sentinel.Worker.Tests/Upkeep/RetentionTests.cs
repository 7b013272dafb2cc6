using Sentinel.Worker.Ledger;
using Sentinel.Worker.Tests.Inbox;
using Sentinel.Worker.Tests.Inspection;
using Sentinel.Worker.Upkeep;

namespace Sentinel.Worker.Tests.Upkeep;

/// <summary>Images that went the whole way, with their real results, and what retention leaves of them.</summary>
public sealed class RetentionTests : IDisposable
{
    private const byte Normal = 10, Suspect = 115, Anomalous = 200;

    private readonly DataRoot _root = new();
    private readonly SentinelOptions _options = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task Nothing_is_removed_unless_it_is_configured()
    {
        await InspectAsync(("a.png", Normal), ("b.png", Anomalous));
        var before = _root.Files();
        _root.Time.Advance(TimeSpan.FromDays(3650));

        Run().Images.ShouldBe(0);

        _root.Files().ShouldBe(before);
    }

    [Fact]
    public async Task An_image_past_its_age_goes_with_its_results_and_its_row_stays()
    {
        await InspectAsync(("old.png", Normal), ("flagged.png", Anomalous));
        _root.Time.Advance(TimeSpan.FromDays(2));
        await InspectAsync(("young.png", Normal + 1));
        _options.Retention.Normal.MaxAge = TimeSpan.FromDays(1);
        var bytes = _root.Files().Where(path => path.Contains("old.png", StringComparison.Ordinal)).Sum(path => new FileInfo(Full(path)).Length);

        var removal = Run();

        (removal.Images, removal.Bytes).ShouldBe((1, bytes));
        _root.Files().ShouldNotContain(path => path.Contains("old.png", StringComparison.Ordinal));
        _root.Files().Count(path => path.Contains("young.png", StringComparison.Ordinal)).ShouldBe(4);
        _root.Files().Count(path => path.Contains("flagged.png", StringComparison.Ordinal)).ShouldBe(4);
        Directory.GetDirectories(Path.Combine(_root.Folders.Archive, "tile", "normal")).Length.ShouldBe(1, "the day's empty folder goes, too");
        Verdicts().ShouldBe(3);
        _root.Log.All.Count(line => line.StartsWith("Information: Retention removed 1 originals", StringComparison.Ordinal)).ShouldBe(1);
        Run().Images.ShouldBe(0);
    }

    [Fact]
    public async Task Of_too_many_the_oldest_go()
    {
        for (byte i = 0; i < 5; i++)
        {
            await InspectAsync(($"{i}.png", (byte)(Normal + i)));
            _root.Time.Advance(TimeSpan.FromMinutes(1));
        }

        _options.Retention.Normal.MaxCount = 2;

        Run().Images.ShouldBe(3);

        Archived().ShouldBe(["3.png", "4.png"]);
    }

    [Fact]
    public async Task Of_too_many_bytes_the_oldest_go()
    {
        for (byte i = 0; i < 4; i++)
        {
            await InspectAsync(($"{i}.png", (byte)(Normal + i)));
            _root.Time.Advance(TimeSpan.FromMinutes(1));
        }

        _options.Retention.Normal.MaxBytes = new FileInfo(Full(_root.Files("archive")[^1])).Length * 2 + 20;

        Run();

        Archived().ShouldBe(["2.png", "3.png"]);
    }

    [Fact]
    public async Task Limits_of_one_verdict_leave_the_others_alone()
    {
        await InspectAsync(("n.png", Normal), ("s.png", Suspect), ("a.png", Anomalous));
        _root.Drop("tile/again.png", Line.Picture(Normal));
        _root.Drop("tile/broken.png", "no picture"u8.ToArray());
        await InspectDroppedAsync("tile/again.png", "tile/broken.png");
        _root.Time.Advance(TimeSpan.FromDays(2));

        _options.Retention.Duplicate.MaxAge = TimeSpan.FromDays(1);
        Run();
        Archived().ShouldBe(["a.png", "n.png", "s.png"], ignoreOrder: true);
        _root.Files("failed").Count.ShouldBe(2);

        _options.Retention.Failed.MaxAge = TimeSpan.FromDays(1);
        Run();
        _root.Files("failed").ShouldBeEmpty();
        Archived().Count.ShouldBe(3);
    }

    [Fact]
    public async Task Over_all_normal_ones_go_before_suspect_before_anomalous_before_reviewed_ones()
    {
        await InspectAsync(("reviewed.png", Normal), ("anomalous.png", Anomalous), ("suspect.png", Suspect));
        _root.Time.Advance(TimeSpan.FromMinutes(1));
        await InspectAsync(("normal.png", Normal + 1));
        Review("reviewed.png");
        var order = new List<string>();

        while (Archived() is { Count: > 0 } before)
        {
            _options.Storage.MaxBytes = Math.Max(1, before.Sum(name => new FileInfo(PathOf(name)).Length) - 1);
            Run().Images.ShouldBe(1);
            order.Add(before.Except(Archived()).Single());
        }

        order.ShouldBe(["normal.png", "suspect.png", "anomalous.png", "reviewed.png"]);
    }

    [Fact]
    public async Task Among_images_of_one_verdict_a_reviewed_one_goes_last()
    {
        await InspectAsync(("reviewed.png", Normal));
        _root.Time.Advance(TimeSpan.FromMinutes(1));
        await InspectAsync(("other.png", Normal + 1));
        Review("reviewed.png");
        _options.Retention.Normal.MaxCount = 1;

        Run();

        Archived().ShouldBe(["reviewed.png"]);
    }

    [Fact]
    public async Task Files_that_the_ledger_does_not_know_are_never_touched()
    {
        await InspectAsync(("a.png", Normal), ("b.png", Normal + 1), ("c.png", Normal + 2));
        var (stray, claimed) = (Path.Combine(Path.GetDirectoryName(PathOf("a.png"))!, "stray.png"), _root.Drop("tile/claimed.png"));
        File.WriteAllText(stray, "somebody's");
        File.WriteAllText(PathOf("b.png"), "somebody put another file here");
        var good = Path.Combine(_root.Folders.Good, "tile", "c.png");
        Directory.CreateDirectory(Path.GetDirectoryName(good)!);
        File.Move(PathOf("c.png"), good);
        var taken = _root.Claim("tile/claimed.png");
        _root.Time.Advance(TimeSpan.FromDays(2));
        _options.Retention.Normal.MaxAge = TimeSpan.FromDays(1);

        Run();

        Archived().ShouldBe(["b.png", "stray.png"], ignoreOrder: true);
        File.Exists(good).ShouldBeTrue();
        File.Exists(taken.Path).ShouldBeTrue();
        File.Exists(claimed).ShouldBeFalse();
        _root.Log.All.ShouldContain(line => line.Contains("is left alone by retention", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_older_image_of_the_same_place_does_not_take_the_younger_one_with_it()
    {
        await InspectAsync(("a.png", Normal));
        var path = Path.GetRelativePath(_root.Folders.Root, PathOf("a.png"));
        foreach (var file in _root.Files("archive").Concat(_root.Files("results")))
        {
            File.Delete(Full(file)); // As retention did before it was killed, and before it could note it.
        }

        _root.Time.Advance(TimeSpan.FromMinutes(1));
        await InspectAsync(("a.png", Normal + 1));
        Path.GetRelativePath(_root.Folders.Root, PathOf("a.png")).ShouldBe(path);
        _options.Retention.Normal.MaxCount = 1;

        Run().Images.ShouldBe(1);

        Archived().ShouldBe(["a.png"]);
        _root.Files("results").Count.ShouldBe(3);
    }

    [Fact]
    public async Task The_running_host_removes_by_its_schedule()
    {
        using var data = new TemporaryFolder();
        await using var host = await RunningHost.StartAsync(
            data, ("Sentinel:Storage:RetentionSchedule", "* * * * * ?"), ("Sentinel:Retention:Failed:MaxCount", "1"));
        var ledger = (ImageLedger)host.Services.GetService(typeof(ImageLedger))!;
        var now = DateTimeOffset.UtcNow;
        foreach (var name in new[] { "a.png", "b.png" })
        {
            var path = Path.Combine("failed", "tile", "2020-01-01", name);
            Directory.CreateDirectory(Path.GetDirectoryName(data[path])!);
            File.WriteAllText(data[path], "1234567");
            var (entry, _) = ledger.Claim("tile", name, $"inbox/tile/{name}", 7, now, now);
            ledger.RecordFailure(entry.Id, new Failure("damaged", "It is.", null, now), path);
            ledger.MarkFiled(entry.Id, path, now = now.AddSeconds(1));
        }

        await Eventually.HoldsAsync(() => !File.Exists(data["failed", "tile", "2020-01-01", "a.png"]), "the older one is removed");
        File.Exists(data["failed", "tile", "2020-01-01", "b.png"]).ShouldBeTrue();
    }

    private Removal Run() => new Retention(
        _root.Folders, new RemovalLedger(_root.Database), _options, _root.Time, _root.Log.For<Retention>()).Run(TestContext.Current.CancellationToken);

    private async Task InspectAsync(params (string Name, byte Level)[] images)
    {
        foreach (var (name, level) in images)
        {
            _root.Drop($"tile/{name}", Line.Picture(level));
        }

        await InspectDroppedAsync([.. images.Select(image => $"tile/{image.Name}")]);
    }

    private async Task InspectDroppedAsync(params string[] files)
    {
        using var line = new Line(_root);
        await line.InspectAsync(files.Select(_root.Claim).ToList());
    }

    private void Review(string name)
    {
        var entry = _root.Ledger.VerdictOn("tile", Sha(PathOf(name)))!;
        new ReviewLedger(_root.Database)
            .Record(entry.Id, entry.Verdict!, "confirmed", ComparedFile.Now("defects/tile/x.png", 1, _root.Time.GetUtcNow()), null, _root.Time.GetUtcNow())
            .ShouldBeTrue();
    }

    private int Verdicts() => _root.Database.Read(connection =>
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM images WHERE verdict IS NOT NULL";
        return Convert.ToInt32(command.ExecuteScalar());
    });

    private static string Sha(string path) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)));

    private List<string> Archived() => [.. _root.Files("archive").Select(path => Path.GetFileName(path))];

    private string PathOf(string name) => Full(_root.Files("archive").Single(path => Path.GetFileName(path) == name));

    private string Full(string relative) => Path.Combine(_root.Folders.Root, relative);
}
