using Dapper;
using Microsoft.Data.Sqlite;
using Sentinel.Worker.Ledger;
using Sentinel.Worker.Tests.Inbox;
using Sentinel.Worker.Tests.Inspection;

namespace Sentinel.Worker.Tests.Ledger;

public sealed class AuditLedgerTests : IDisposable
{
    private readonly DataRoot _root = new();

    private AuditLedger Audit => new(_root.Database);

    [Fact]
    public async Task Every_verdict_stands_in_the_trail_with_its_model_and_content()
    {
        await InspectAsync(3);

        var verdicts = Audit.ReadAll(rows => rows.Where(row => row.Event == AuditEvents.Verdict).ToList());
        verdicts.Count.ShouldBe(3);
        verdicts.ShouldAllBe(row => row.ModelVersion == "1" && row.Actor == "inspection" && row.Detail.Contains("\"sha256\""));
        Audit.ContradictedVerdicts().ShouldBeEmpty();
        Check().Problems.ShouldBeEmpty();
        Check().Entries.ShouldBe(3);
    }

    [Fact]
    public async Task An_entry_cannot_be_changed_or_deleted_by_accident()
    {
        await InspectAsync(1);

        Should.Throw<SqliteException>(() => Sql("UPDATE audit SET actor = 'nobody'")).Message.ShouldContain("only added to");
        Should.Throw<SqliteException>(() => Sql("DELETE FROM audit")).Message.ShouldContain("only added to");
    }

    [Theory]
    [InlineData("UPDATE audit SET actor = 'nobody' WHERE number = 2", "Entry 2 ", "was changed")]
    [InlineData("DELETE FROM audit WHERE number = 2", "Entry 2 is missing", "")]
    [InlineData("UPDATE audit SET previous = hash WHERE number = 3", "Entry 3 ", "does not follow")]
    public async Task What_is_done_to_the_trail_on_purpose_is_found(string deed, string entry, string what)
    {
        await InspectAsync(4);

        Sql($"DROP TRIGGER audit_is_not_changed; DROP TRIGGER audit_is_not_deleted; {deed}");

        Check().Problems.ShouldContain(problem => problem.StartsWith(entry, StringComparison.Ordinal) && problem.Contains(what));
    }

    [Fact]
    public async Task A_trail_whose_end_was_cut_off_is_told_by_a_hash_that_was_noted_before()
    {
        await InspectAsync(4);
        var head = Check().Head;
        Check(head).Problems.ShouldBeEmpty();

        Sql("DROP TRIGGER audit_is_not_deleted; DELETE FROM audit WHERE number >= 3");

        Check().Problems.ShouldBeEmpty();
        Check(head).Problems.ShouldHaveSingleItem().ShouldContain(head);
    }

    [Theory]
    [InlineData("UPDATE images SET verdict = 'anomalous' WHERE id = (SELECT min(id) FROM images)")]
    [InlineData("UPDATE images SET model_version = '9' WHERE id = (SELECT min(id) FROM images)")]
    [InlineData("UPDATE images SET score = score + 1 WHERE id = (SELECT min(id) FROM images)")]
    public async Task A_verdict_that_was_changed_in_the_ledger_contradicts_the_trail(string deed)
    {
        await InspectAsync(3);

        Sql(deed);

        Audit.ContradictedVerdicts().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Several_writers_make_one_chain()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(() =>
        {
            var audit = new AuditLedger(new LedgerDatabase(_root.Folders.Ledger, TimeSpan.FromSeconds(20)));
            for (var i = 0; i < 25; i++)
            {
                audit.Add(new AuditEntry(DateTimeOffset.UtcNow, $"writer {writer}", AuditEvents.Promoted, "tile", $"{i}", null, new Dictionary<string, object?> { ["i"] = i }));
            }
        })));

        var check = Check();
        check.Entries.ShouldBe(100);
        check.Problems.ShouldBeEmpty();
    }

    public void Dispose() => _root.Dispose();

    private AuditCheck Check(string? head = null) => Audit.ReadAll(rows => AuditCheck.Of(rows, head));

    private async Task InspectAsync(int images)
    {
        using var line = new Line(_root);
        for (var i = 0; i < images; i++)
        {
            _root.Drop($"tile/{i}.png", Line.Picture((byte)(10 + i)));
        }

        await line.InspectAsync(Enumerable.Range(0, images).Select(i => _root.Claim($"tile/{i}.png")).ToList());
        line.Counted("inspected").ShouldBe(images);
    }

    private void Sql(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_root.Folders.Ledger}");
        connection.Open();
        connection.Execute(sql);
    }
}
