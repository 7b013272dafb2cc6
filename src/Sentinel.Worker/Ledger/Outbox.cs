using Dapper;
using Microsoft.Data.Sqlite;
using Sentinel.Core.Detection;

namespace Sentinel.Worker.Ledger;

/// <summary>
/// What has still to be told, to each channel. A message is noted in the transaction that records its verdict, so that neither is there
/// without the other, and struck out when its receiver has taken it. Messages of one product are in the order of its verdicts.
/// </summary>
/// <param name="database">The ledger's.</param>
/// <param name="channels">The name of each channel in use, and the least verdict that it is told of.</param>
internal sealed class Outbox(LedgerDatabase database, IReadOnlyDictionary<string, Verdict> channels)
{
    private const string Waiting = "channel = @channel AND given_up_at IS NULL";

    /// <summary>Notes a verdict for each channel that wants it.</summary>
    public void Note(SqliteConnection connection, SqliteTransaction transaction, string image, RecordedVerdict verdict)
    {
        foreach (var (channel, least) in channels)
        {
            if (verdict.Verdict >= least)
            {
                connection.Execute(
                    "INSERT INTO notifications (channel, image_id, product, due_at) SELECT @channel, id, product, @at FROM images WHERE id = @image",
                    new { channel, image, at = LedgerRow.Text(verdict.InspectedAt) },
                    transaction);
            }
        }
    }

    /// <summary>The first waiting message of each product, where it is due and its image is filed; oldest first.</summary>
    public IReadOnlyList<OutboxMessage> Next(string channel, DateTimeOffset now) => database.Read(connection => connection.Query<OutboxMessage>(
            $"""
            SELECT n.id AS Id, n.image_id AS Image, n.product AS Product, n.attempts AS Attempts FROM notifications AS n
            JOIN (SELECT min(id) AS id FROM notifications WHERE {Waiting} GROUP BY product) AS first ON first.id = n.id
            JOIN images AS i ON i.id = n.image_id
            WHERE n.due_at <= @now AND i.filed_at IS NOT NULL
            ORDER BY n.id
            """,
            new { channel, now = LedgerRow.Text(now) })
        .ToList());

    /// <summary>Messages that wait, those that were given up left out.</summary>
    public long Count(string channel) => database.Read(connection =>
        connection.ExecuteScalar<long>($"SELECT count(*) FROM notifications WHERE {Waiting}", new { channel }));

    /// <summary>The receiver has taken it.</summary>
    public void StrikeOut(long id) => Change("DELETE FROM notifications WHERE id = @id", new { id });

    /// <summary>The receiver would not take it: again at that time, and the product's later messages wait behind it.</summary>
    public void Postpone(long id, DateTimeOffset due, string problem) => Change(
        "UPDATE notifications SET attempts = attempts + 1, due_at = @due, problem = @problem WHERE id = @id",
        new { id, due = LedgerRow.Text(due), problem });

    /// <summary>The receiver never will; the row stays for people to find, and the next one has its turn.</summary>
    public void GiveUp(long id, DateTimeOffset at, string problem) => Change(
        "UPDATE notifications SET attempts = attempts + 1, given_up_at = @at, problem = @problem WHERE id = @id",
        new { id, at = LedgerRow.Text(at), problem });

    private void Change(string sql, object values) =>
        database.Write((connection, transaction) => connection.Execute(sql, values, transaction));
}

/// <summary>One message that waits.</summary>
internal sealed record OutboxMessage
{
    public long Id { get; init; }

    /// <summary>Id of the inspection it tells of.</summary>
    public string Image { get; init; } = "";

    public string Product { get; init; } = "";

    /// <summary>How often its receiver refused it.</summary>
    public long Attempts { get; init; }
}
