using Microsoft.Data.Sqlite;
using Sentinel.Worker.Inbox;
using Sentinel.Worker.Ledger;

namespace Sentinel.Worker.Tests.Inbox;

/// <summary>
/// Every instant at which the process may die around a claim: what lies where, what the ledger says, and what the next start makes of it.
/// </summary>
public sealed class ClaimsTests : IDisposable
{
    private readonly DataRoot _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void A_claim_moves_the_file_and_notes_it()
    {
        _root.Drop("tile/a.jpg", [1, 2, 3]);

        var image = _root.Claim("tile/a.jpg");

        image.IsNew.ShouldBeTrue();
        File.ReadAllBytes(image.Path).ShouldBe([1, 2, 3]);
        _root.Files().ShouldBe([$".work/tile/{image.Entry.Id}/a.jpg"]);
        _root.Ledger.OpenClaims().ShouldHaveSingleItem().InboxPath.ShouldBe("inbox/tile/a.jpg");
    }

    [Fact]
    public void Nobody_takes_a_file_that_vanished_since_the_scan()
    {
        _root.Drop("tile/a.jpg");
        var seen = _root.Waiting("tile")[0];
        File.Delete(seen.Path);

        _root.Claims.Take(seen).ShouldBeNull();

        _root.Ledger.OpenClaims().ShouldBeEmpty();
    }

    [Fact]
    public void Nobody_takes_a_file_that_grew_since_the_scan()
    {
        _root.Drop("tile/a.jpg");
        var seen = _root.Waiting("tile")[0];
        File.AppendAllText(seen.Path, "more");

        _root.Claims.Take(seen).ShouldBeNull();

        _root.Files().ShouldBe(["inbox/tile/a.jpg"]);
    }

    [Fact]
    public async Task Of_many_takers_one_gets_the_file()
    {
        for (var i = 0; i < 50; i++)
        {
            _root.Drop($"tile/{i}.jpg");
        }

        var seen = _root.Waiting("tile");

        var takers = Enumerable.Range(0, 4).Select(_ => Task.Run(() => seen.Select(_root.Claims.Take).Count(image => image is not null)));
        var taken = await Task.WhenAll(takers);

        taken.Sum().ShouldBe(50);
        _root.Ledger.OpenClaims().Count.ShouldBe(50);
        _root.Files(".work").Count.ShouldBe(50);
    }

    [Fact]
    public void The_same_name_again_while_the_earlier_one_is_in_work_is_another_image()
    {
        _root.Drop("tile/a.jpg", [1]);
        var first = _root.Claim("tile/a.jpg");
        _root.Drop("tile/a.jpg", [2]);

        var second = _root.Claim("tile/a.jpg");

        second.Entry.Id.ShouldNotBe(first.Entry.Id);
        File.ReadAllBytes(first.Path).ShouldBe([1]);
        File.ReadAllBytes(second.Path).ShouldBe([2]);
    }

    [Fact]
    public void Died_after_the_row_and_before_the_rename()
    {
        _root.Drop("tile/a.jpg");
        var now = _root.Time.GetUtcNow();
        _root.Ledger.Claim("tile", "a.jpg", "inbox/tile/a.jpg", 16, now, now);

        _root.Claims.TakeUp().ShouldBeEmpty();

        _root.Ledger.OpenClaims().ShouldBeEmpty();
        _root.Files().ShouldBe(["inbox/tile/a.jpg"]);
    }

    [Fact]
    public void Died_after_the_rename()
    {
        _root.Drop("tile/a.jpg");
        var claimed = _root.Claim("tile/a.jpg");

        var left = _root.Claims.TakeUp().ShouldHaveSingleItem();

        left.Entry.ShouldBe(claimed.Entry);
        left.Path.ShouldBe(claimed.Path);
        left.IsNew.ShouldBeFalse();
    }

    [Fact]
    public void The_ledger_was_lost_and_the_file_is_put_back_under_its_name()
    {
        var orphan = Path.Combine(_root.Folders.Work, "tile", Guid.NewGuid().ToString(), "a.jpg");
        Directory.CreateDirectory(Path.GetDirectoryName(orphan)!);
        File.WriteAllBytes(orphan, [7]);
        _root.Drop("tile/a.jpg", [8]);

        _root.Claims.TakeUp().ShouldBeEmpty();

        _root.Files().ShouldBe(["inbox/tile/a-2.jpg", "inbox/tile/a.jpg"]);
        File.ReadAllBytes(Path.Combine(_root.Folders.Inbox, "tile", "a-2.jpg")).ShouldBe([7]);
    }

    [Fact]
    public void Died_between_put_back_and_its_row()
    {
        var path = _root.Drop("tile/a.jpg");
        File.Move(_root.Claim("tile/a.jpg").Path, path);

        _root.Claims.TakeUp().ShouldBeEmpty();

        _root.Ledger.OpenClaims().ShouldBeEmpty();
        _root.Files().ShouldBe(["inbox/tile/a.jpg"]);
    }

    [Fact]
    public void Died_between_the_move_to_failed_and_its_row()
    {
        _root.Drop("tile/a.jpg");
        var image = _root.Claim("tile/a.jpg");
        _root.Ledger.RecordFailure(image.Entry.Id, new Failure("empty", "It has no bytes.", null, _root.Time.GetUtcNow()), "failed/a.jpg");
        File.Move(image.Path, Path.Combine(_root.Folders.Failed, "a.jpg"));

        _root.Claims.TakeUp().ShouldBeEmpty();

        var entry = _root.Ledger.Find(image.Entry.Id)!;
        entry.FiledAt.ShouldNotBeNull();
        entry.FiledPath.ShouldBe("failed/a.jpg");
    }

    [Fact]
    public void A_file_that_was_put_back_and_withdrawn_leaves_no_row()
    {
        var path = _root.Drop("tile/a.jpg");
        _root.Claims.PutBack(_root.Claim("tile/a.jpg")).ShouldNotBeNull().Path.ShouldBe(path);
        File.Delete(path);

        _root.Claims.TakeUp().ShouldBeEmpty();

        _root.Ledger.OpenClaims().ShouldBeEmpty();
    }

    [Fact]
    public void A_put_back_overwrites_nothing()
    {
        _root.Drop("tile/a.jpg", [1]);
        var image = _root.Claim("tile/a.jpg");
        _root.Drop("tile/a.jpg", [2]);

        var back = _root.Claims.PutBack(image)!;

        back.Name.ShouldBe("a-2.jpg");
        File.ReadAllBytes(back.Path).ShouldBe([1]);
        _root.Files().ShouldBe(["inbox/tile/a-2.jpg", "inbox/tile/a.jpg"]);
    }

    [Fact]
    public void A_put_back_that_could_not_be_noted_finds_its_file_when_it_is_repeated()
    {
        var path = _root.Drop("tile/a.jpg");
        var image = _root.Claim("tile/a.jpg");
        using (LockedLedger())
        {
            Should.Throw<LedgerUnavailableException>(() => _root.Claims.PutBack(image));
        }

        _root.Claims.PutBack(image).ShouldNotBeNull().Path.ShouldBe(path);

        _root.Ledger.Find(image.Entry.Id)!.State.ShouldBe(ImageState.Seen);
        _root.Claim("tile/a.jpg").IsNew.ShouldBeFalse("it is not received twice");
    }

    [Fact]
    public void A_put_back_makes_no_folder_on_the_empty_place_of_a_mount()
    {
        _root.Drop("tile/a.jpg");
        var image = _root.Claim("tile/a.jpg");
        Directory.Move(_root.Folders.Work, _root.Folders.Work + "-away");
        Directory.Delete(Path.Combine(_root.Folders.Inbox, "tile"));

        Should.Throw<IOException>(() => _root.Claims.PutBack(image));
        Directory.Exists(Path.Combine(_root.Folders.Inbox, "tile")).ShouldBeFalse();

        Directory.Move(_root.Folders.Work + "-away", _root.Folders.Work);
        _root.Claims.PutBack(image).ShouldNotBeNull();
    }

    [Fact]
    public void The_work_folder_is_left_clean()
    {
        _root.Drop("tile/a.jpg");
        _root.Claims.PutBack(_root.Claim("tile/a.jpg"));

        _root.Claims.TakeUp();

        Directory.EnumerateDirectories(Path.Combine(_root.Folders.Work, "tile")).ShouldBeEmpty();
    }

    [Fact]
    public void A_marker_goes_where_its_image_goes()
    {
        var image = ClaimMarked();
        _root.Files().ShouldBe([$".work/tile/{image.Entry.Id}/a.jpg", $".work/tile/{image.Entry.Id}/a.jpg.done"]);

        _root.Claims.PutBack(image);

        _root.Files().ShouldBe(["inbox/tile/a.jpg", "inbox/tile/a.jpg.done"]);
    }

    [Fact]
    public void A_marker_ends_with_the_filing_of_its_image()
    {
        var image = ClaimMarked();
        File.Move(image.Path, Path.Combine(_root.Folders.Archive, "a.jpg"));

        _root.Claims.Leave(image.Entry);

        _root.Files().ShouldBe(["archive/a.jpg"]);
    }

    [Fact]
    public void A_put_back_under_another_name_takes_its_marker_along()
    {
        var image = ClaimMarked();
        _root.Drop("tile/a.jpg", [2]);

        _root.Claims.PutBack(image)!.Name.ShouldBe("a-2.jpg");

        _root.Files().ShouldBe(["inbox/tile/a-2.jpg", "inbox/tile/a-2.jpg.done", "inbox/tile/a.jpg"]);
    }

    [Fact]
    public void Nobody_takes_the_marker_of_an_image_that_vanished()
    {
        var path = DropMarked();
        var seen = _root.Waiting("tile").Single();
        File.Delete(path);

        _root.Claims.Take(seen).ShouldBeNull();

        _root.Files().ShouldBe(["inbox/tile/a.jpg.done"]);
    }

    [Fact]
    public void Died_between_the_marker_and_its_image()
    {
        var path = DropMarked();
        var now = _root.Time.GetUtcNow();
        var (entry, _) = _root.Ledger.Claim("tile", "a.jpg", "inbox/tile/a.jpg", 16, now, now);
        Directory.CreateDirectory(Path.GetDirectoryName(_root.Claims.WorkPathOf(entry))!);
        File.Move(path + ".done", _root.Claims.WorkPathOf(entry) + ".done");

        _root.Claims.TakeUp().ShouldBeEmpty();

        _root.Files().ShouldBe(["inbox/tile/a.jpg", "inbox/tile/a.jpg.done"]);
        _root.Ledger.OpenClaims().ShouldBeEmpty();
    }

    [Fact]
    public void Died_between_the_filing_and_the_end_of_the_marker()
    {
        var image = ClaimMarked();
        var id = image.Entry.Id;
        _root.Ledger.RecordFailure(id, new Failure("empty", "It has no bytes.", null, _root.Time.GetUtcNow()), "failed/a.jpg");
        File.Move(image.Path, Path.Combine(_root.Folders.Failed, "a.jpg"));
        _root.Ledger.MarkFiled(id, "failed/a.jpg", _root.Time.GetUtcNow());

        _root.Claims.TakeUp().ShouldBeEmpty();

        _root.Files().ShouldBe(["failed/a.jpg"]);
    }

    [Fact]
    public void The_ledger_was_lost_and_a_marked_image_is_put_back_with_its_marker()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_root.Folders.Work, "tile", Guid.NewGuid().ToString())).FullName;
        File.WriteAllBytes(Path.Combine(folder, "a.jpg"), [7]);
        File.WriteAllBytes(Path.Combine(folder, "a.jpg.done"), []);
        _root.Drop("tile/a.jpg", [8]);

        _root.Claims.TakeUp().ShouldBeEmpty();

        _root.Files().ShouldBe(["inbox/tile/a-2.jpg", "inbox/tile/a-2.jpg.done", "inbox/tile/a.jpg"]);
    }

    /// <summary>Somebody else's transaction, until disposed.</summary>
    private SqliteConnection LockedLedger()
    {
        var connection = new SqliteConnection($"Data Source={_root.Folders.Ledger};Pooling=False");
        connection.Open();
        using var begin = connection.CreateCommand();
        begin.CommandText = "BEGIN IMMEDIATE";
        begin.ExecuteNonQuery();
        return connection;
    }

    private string DropMarked()
    {
        _root.Options.Inbox.Ready = ReadySign.Marker;
        var path = _root.Drop("tile/a.jpg", [1]);
        File.WriteAllBytes(path + ".done", []);
        return path;
    }

    private ClaimedImage ClaimMarked()
    {
        DropMarked();
        return _root.Claims.Take(_root.Waiting("tile").Single())!;
    }
}
