using Dapper;
using Sentinel.Core.Drift;

namespace Sentinel.Worker.Ledger;

/// <summary>The newest images of a product as drift is seen on them, and which drift is on.</summary>
internal sealed class DriftLedger(LedgerDatabase database)
{
    /// <summary>The newest images with a verdict, the last first.</summary>
    public IReadOnlyList<DriftSample> Newest(string product, int most) => database.Read(connection => connection.Query<DriftSample>(
        """
        SELECT i.id AS Id, i.model_version AS ModelVersion, i.p_value AS PValue, i.verdict <> 'normal' AS IsFlagged, i.inspected_at AS InspectedAt,
            m.brightness AS Brightness, m.contrast AS Contrast, m.sharpness AS Sharpness, m.noise AS Noise
        FROM images AS i JOIN measures AS m ON m.image_id = i.id
        WHERE i.product = @product AND i.verdict IS NOT NULL ORDER BY i.inspected_at DESC LIMIT @most
        """,
        new { product, most }).ToList());

    /// <summary>How many of the images that a model judged since then were flagged.</summary>
    public (int Flagged, int Images) FlaggedBy(string product, string version, DateTimeOffset since, int most) => database.Read(connection =>
        connection.QuerySingle<(int, int)>(
            """
            SELECT coalesce(sum(verdict <> 'normal'), 0), count(*) FROM (
                SELECT verdict FROM images
                WHERE product = @product AND model_version = @version AND verdict IS NOT NULL AND inspected_at >= @since ORDER BY inspected_at LIMIT @most)
            """,
            new { product, version, since = LedgerRow.Text(since), most }));

    /// <summary>Signals that drift, and since when.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> On(string product) => database.Read(connection =>
        connection.Query<(string Signal, string Since)>("SELECT signal, since FROM drifts WHERE product = @product ORDER BY since", new { product })
            .ToDictionary(row => row.Signal, row => LedgerRow.Time(row.Since)));

    /// <summary>Notes that a signal began to drift, or with null that it ended, together with its entry in the audit trail.</summary>
    public void Switch(string product, string signal, DateTimeOffset? since, AuditEntry entry) => database.Write((connection, transaction) =>
    {
        connection.Execute(
            since is null
                ? "DELETE FROM drifts WHERE product = @product AND signal = @signal"
                : "INSERT OR IGNORE INTO drifts (product, signal, since) VALUES (@product, @signal, @since)",
            new { product, signal, since = since is { } time ? LedgerRow.Text(time) : null },
            transaction);
        AuditLedger.Append(connection, transaction, entry);
        return true;
    });
}

/// <summary>One inspected image as drift is seen on it.</summary>
internal sealed record DriftSample
{
    public string Id { get; init; } = "";

    public string ModelVersion { get; init; } = "";

    public double PValue { get; init; }

    public bool IsFlagged { get; init; }

    public string InspectedAt { get; init; } = "";

    public double Brightness { get; init; }

    public double Contrast { get; init; }

    public double Sharpness { get; init; }

    public double Noise { get; init; }

    public InputMeasures Inputs => new(Brightness, Contrast, Sharpness, Noise);
}
