using Microsoft.Data.Sqlite;
using Sentinel.Core.Detection;
using Sentinel.Worker.Ledger;
using Sentinel.Worker.Tests.Inbox;

namespace Sentinel.Worker.Tests.Ledger;

public sealed class ImageLedgerTests : IDisposable
{
    private readonly DataRoot _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void A_verdict_is_read_as_it_was_recorded()
    {
        var claimed = Claim("a.jpg");
        var verdict = VerdictOn("aa");

        _root.Ledger.RecordVerdict(claimed.Id, verdict, "archive/tile/a.jpg").ShouldBeTrue();

        var entry = _root.Ledger.Find(claimed.Id)!;
        entry.State.ShouldBe(ImageState.Inspected);
        entry.FiledPath.ShouldBe("archive/tile/a.jpg");
        entry.Verdict!.Regions.ShouldBe(verdict.Regions);
        (entry.Verdict with { Regions = verdict.Regions }).ShouldBe(verdict);
        entry.ReceivedAt.ShouldBe(claimed.ReceivedAt);
    }

    [Fact]
    public void The_same_content_of_one_product_gets_one_verdict()
    {
        var (first, second) = (Claim("a.jpg"), Claim("b.jpg"));
        _root.Ledger.RecordVerdict(first.Id, VerdictOn("aa"), "archive/tile/a.jpg");

        _root.Ledger.RecordVerdict(second.Id, VerdictOn("aa"), "archive/tile/b.jpg").ShouldBeFalse();

        _root.Ledger.Find(second.Id)!.State.ShouldBe(ImageState.Claimed);
        _root.Ledger.VerdictOn("tile", "aa")!.Id.ShouldBe(first.Id);
    }

    [Fact]
    public void The_same_content_of_another_product_gets_its_own_verdict()
    {
        var (tile, cookie) = (Claim("a.jpg"), Claim("a.jpg", product: "cookie"));
        _root.Ledger.RecordVerdict(tile.Id, VerdictOn("aa"), "archive/tile/a.jpg").ShouldBeTrue();

        _root.Ledger.RecordVerdict(cookie.Id, VerdictOn("aa"), "archive/cookie/a.jpg").ShouldBeTrue();
    }

    [Fact]
    public void A_recorded_verdict_never_changes()
    {
        var claimed = Claim("a.jpg");
        _root.Ledger.RecordVerdict(claimed.Id, VerdictOn("aa"), "archive/tile/a.jpg");

        _root.Ledger.RecordVerdict(claimed.Id, VerdictOn("bb"), "elsewhere").ShouldBeFalse();
        _root.Ledger.RecordFailure(claimed.Id, new Failure("damaged", "It is.", null, _root.Time.GetUtcNow()), "failed/a.jpg").ShouldBeFalse();
        _root.Ledger.Forget(claimed.Id);

        _root.Ledger.Find(claimed.Id)!.Verdict!.Sha256.ShouldBe("aa");
    }

    [Fact]
    public void What_is_filed_is_not_open_any_more()
    {
        var (filed, failed, open) = (Claim("a.jpg"), Claim("b.jpg"), Claim("c.jpg"));
        _root.Ledger.RecordVerdict(filed.Id, VerdictOn("aa"), "archive/tile/a.jpg");
        _root.Ledger.RecordFailure(failed.Id, new Failure("empty", "It has no bytes.", null, _root.Time.GetUtcNow()), "failed/tile/b.jpg");
        _root.Ledger.OpenClaims().Count.ShouldBe(3);

        _root.Ledger.MarkFiled(filed.Id, "archive/tile/a.jpg", _root.Time.GetUtcNow());
        _root.Ledger.MarkFiled(failed.Id, "failed/tile/b.jpg", _root.Time.GetUtcNow());

        _root.Ledger.OpenClaims().ShouldHaveSingleItem().Id.ShouldBe(open.Id);
        _root.Ledger.Find(failed.Id)!.State.ShouldBe(ImageState.Failed);
    }

    [Fact]
    public void A_file_that_was_put_back_keeps_its_row_and_its_arrival()
    {
        var first = Claim("a.jpg");
        _root.Ledger.BeginAttempt(first.Id);
        _root.Ledger.PutBack(first.Id);
        _root.Time.Advance(TimeSpan.FromMinutes(1));

        var (again, isNew) = _root.Ledger.Claim("tile", "a.jpg", "inbox/tile/a.jpg", 8, _root.Time.GetUtcNow(), _root.Time.GetUtcNow());

        isNew.ShouldBeFalse();
        again.Id.ShouldBe(first.Id);
        again.Attempts.ShouldBe(0);
        again.ReceivedAt.ShouldBe(first.ReceivedAt);
    }

    [Fact]
    public void A_path_is_taken_until_its_image_is_filed()
    {
        var claimed = Claim("a.jpg");
        _root.Ledger.RecordVerdict(claimed.Id, VerdictOn("aa"), "archive/tile/a.jpg");

        _root.Ledger.IsTaken("archive/tile/a.jpg").ShouldBeTrue();
        _root.Ledger.IsTaken(VerdictOn("aa").ResultPath).ShouldBeTrue();
        _root.Ledger.MarkFiled(claimed.Id, "archive/tile/a.jpg", _root.Time.GetUtcNow());
        _root.Ledger.IsTaken("archive/tile/a.jpg").ShouldBeFalse();
    }

    [Fact]
    public void A_locked_ledger_is_unavailable_and_works_again_afterwards()
    {
        Claim("a.jpg");
        using (var other = new SqliteConnection($"Data Source={_root.Folders.Ledger};Pooling=False"))
        {
            other.Open();
            using var holder = other.BeginTransaction();
            Should.Throw<LedgerUnavailableException>(() => Claim("b.jpg")).Message.ShouldContain("locked");
        }

        Claim("b.jpg").File.ShouldBe("b.jpg");
    }

    [Fact]
    public void Its_first_use_may_come_from_several_threads_at_once()
    {
        for (var round = 0; round < 10; round++)
        {
            var database = new LedgerDatabase(Path.Combine(_root.Folders.Root, $"sentinel.db-{round}"), TimeSpan.FromSeconds(5));
            var ledger = new ImageLedger(database);

            Parallel.For(0, 4, _ => ledger.OpenClaims().ShouldBeEmpty());
        }
    }

    [Fact]
    public void Names_with_newlines_quotes_and_other_scripts_come_back_as_they_were()
    {
        const string Name = "it's 100%\n\"ünï\" 検査 🙂.jpg";

        var claimed = Claim(Name);

        _root.Ledger.Find(claimed.Id)!.File.ShouldBe(Name);
    }

    [Fact]
    public void It_lives_in_a_write_ahead_log_that_survives_a_crash()
    {
        Claim("a.jpg");

        using var connection = new SqliteConnection($"Data Source={_root.Folders.Ledger}");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode";
        command.ExecuteScalar().ShouldBe("wal");
    }

    private LedgerEntry Claim(string file, string product = "tile") => _root.Ledger.Claim(
        product, file, $"inbox/{product}/{file}", 7, _root.Time.GetUtcNow().AddSeconds(-3), _root.Time.GetUtcNow()).Entry;

    private RecordedVerdict VerdictOn(string sha256) => new()
    {
        Sha256 = sha256,
        Width = 640,
        Height = 480,
        Verdict = Verdict.Suspect,
        Score = 1.25,
        Threshold = 1.5,
        Ratio = 1.25 / 1.5,
        PValue = 0.03,
        ModelVersion = "7",
        Regions = [new Region(1, 2, 3, 4, 0.5, 1.1)],
        InspectedAt = _root.Time.GetUtcNow(),
        ResultPath = "results/tile/2026-05-04/a.jpg.json",
    };
}
