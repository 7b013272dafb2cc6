using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Sentinel.Worker.Ledger;

/// <summary>One thing that was done.</summary>
/// <param name="At">When.</param>
/// <param name="Actor">Who or what: <c>inspection</c>, <c>gate</c>, <c>host</c>, or <c>user NAME</c>.</param>
/// <param name="Event">What, one of <see cref="AuditEvents"/>.</param>
/// <param name="Product">To which product.</param>
/// <param name="ModelVersion">With or to which model.</param>
/// <param name="ImageId">To which image.</param>
/// <param name="Detail">Everything else.</param>
internal sealed record AuditEntry(
    DateTimeOffset At, string Actor, string Event, string Product, string? ModelVersion, string? ImageId, IReadOnlyDictionary<string, object?> Detail);

/// <summary>
/// The audit trail: entries are only added, and each holds the SHA-256 of the one before it, so that nothing can be changed, removed or put in between
/// without breaking all that follow. What is written together with the thing itself stands in one transaction with it.
/// </summary>
internal sealed class AuditLedger(LedgerDatabase database)
{
    /// <summary>Stands before the first entry.</summary>
    public static readonly string Origin = new('0', 64);

    private static readonly JsonSerializerOptions _json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const string Columns = """
        number AS Number, at AS At, actor AS Actor, event AS Event, product AS Product, model_version AS ModelVersion, image_id AS ImageId,
        detail AS Detail, previous AS Previous, hash AS Hash
        """;

    public void Add(AuditEntry entry) => database.Write(
        (connection, transaction) =>
        {
            Append(connection, transaction, entry);
            return true;
        },
        durable: true);

    /// <summary>Adds an entry in a transaction that holds the ledger's write lock.</summary>
    public static void Append(SqliteConnection connection, SqliteTransaction transaction, AuditEntry entry)
    {
        var last = connection.QueryFirstOrDefault<AuditRow>($"SELECT {Columns} FROM audit ORDER BY number DESC LIMIT 1", transaction: transaction);
        var row = new AuditRow
        {
            Number = (last?.Number ?? 0) + 1,
            At = LedgerRow.Text(entry.At),
            Actor = entry.Actor,
            Event = entry.Event,
            Product = entry.Product,
            ModelVersion = entry.ModelVersion,
            ImageId = entry.ImageId,
            Detail = JsonSerializer.Serialize(entry.Detail, _json),
            Previous = last?.Hash ?? Origin,
        };
        connection.Execute(
            """
            INSERT INTO audit (number, at, actor, event, product, model_version, image_id, detail, previous, hash)
            VALUES (@Number, @At, @Actor, @Event, @Product, @ModelVersion, @ImageId, @Detail, @Previous, @Hash)
            """,
            row with { Hash = HashOf(row) },
            transaction);
    }

    /// <summary>The newest entries of a product that are not verdicts, the last first.</summary>
    public IReadOnlyList<AuditRow> Newest(string product, int most) => database.Read(connection => connection.Query<AuditRow>(
        $"SELECT {Columns} FROM audit WHERE product = @product AND event <> @Verdict ORDER BY number DESC LIMIT @most",
        new { product, AuditEvents.Verdict, most }).ToList());

    /// <summary>Models of a product that were rejected since one last came into use.</summary>
    public int RejectedInARow(string product) => database.Read(connection => connection.ExecuteScalar<int>(
        """
        SELECT count(*) FROM audit WHERE product = @product AND event = @Rejected
            AND number > coalesce((SELECT max(number) FROM audit WHERE product = @product AND event = @Promoted), 0)
        """,
        new { product, AuditEvents.Rejected, AuditEvents.Promoted }));

    /// <summary>The version that was last put into use by what the trail says, or null.</summary>
    public string? InUse(string product) => database.Read(connection => connection.QueryFirstOrDefault<string>(
        "SELECT model_version FROM audit WHERE product = @product AND event IN (@Promoted, @RolledBack, @FoundInUse) ORDER BY number DESC LIMIT 1",
        new { product, AuditEvents.Promoted, AuditEvents.RolledBack, AuditEvents.FoundInUse }));

    /// <summary>Goes through all entries from the first to the last.</summary>
    public T ReadAll<T>(Func<IEnumerable<AuditRow>, T> work) => database.Read(connection =>
        work(connection.Query<AuditRow>($"SELECT {Columns} FROM audit ORDER BY number", buffered: false)));

    /// <summary>Verdicts of the ledger that the trail tells differently, or not at all though it had begun by then; at most a hundred.</summary>
    public IReadOnlyList<string> ContradictedVerdicts() => database.Read(connection => connection.Query<string>(
        """
        SELECT i.id FROM images AS i LEFT JOIN audit AS a ON a.image_id = i.id AND a.event = 'verdict'
        WHERE i.verdict IS NOT NULL AND i.inspected_at >= (SELECT at FROM audit WHERE event = 'verdict' ORDER BY number LIMIT 1) AND (
            a.number IS NULL OR a.model_version IS NOT i.model_version OR json_extract(a.detail, '$.verdict') IS NOT i.verdict
            OR json_extract(a.detail, '$.sha256') IS NOT i.sha256 OR abs(json_extract(a.detail, '$.score') - i.score) > 1e-9)
        LIMIT 100
        """).ToList());

    public static string HashOf(AuditRow row) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes<object?[]>(
        [row.Number, row.At, row.Actor, row.Event, row.Product, row.ModelVersion, row.ImageId, row.Detail, row.Previous], _json)));
}

/// <summary>An entry as it stands in the ledger.</summary>
internal sealed record AuditRow
{
    public long Number { get; init; }

    public string At { get; init; } = "";

    public string Actor { get; init; } = "";

    public string Event { get; init; } = "";

    public string Product { get; init; } = "";

    public string? ModelVersion { get; init; }

    public string? ImageId { get; init; }

    public string Detail { get; init; } = "";

    public string Previous { get; init; } = "";

    public string Hash { get; init; } = "";
}

/// <summary>Words of the column <c>event</c>.</summary>
internal static class AuditEvents
{
    public const string Verdict = "verdict";
    public const string Correction = "correction";
    public const string Trained = "trained";
    public const string TrainingFailed = "training-failed";
    public const string Promoted = "promoted";
    public const string Rejected = "rejected";
    public const string Held = "held";
    public const string RolledBack = "rolled-back";

    /// <summary>It is in use, but nobody wrote so: what wrote it ended before, or <c>champion.json</c> was changed by hand.</summary>
    public const string FoundInUse = "found-in-use";

    public const string Recalibrated = "recalibrated";
    public const string Pruned = "pruned";
    public const string DriftBegan = "drift-began";
    public const string DriftEnded = "drift-ended";
    public const string ModelUnusable = "model-unusable";
    public const string Paused = "paused";
    public const string Resumed = "resumed";
}
