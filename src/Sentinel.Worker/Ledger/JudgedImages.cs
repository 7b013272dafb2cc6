using Dapper;

namespace Sentinel.Worker.Ledger;

/// <summary>Verdicts of the past, to be looked at again.</summary>
internal sealed class JudgedImages(LedgerDatabase database)
{
    /// <summary>Images with a verdict since then, oldest first.</summary>
    public IReadOnlyList<JudgedImage> Since(string product, DateTimeOffset since) => database.Read(connection => connection.Query<JudgedImage>(
        """
        SELECT id AS Id, file AS File, CASE WHEN removed_at IS NULL THEN filed_path END AS FiledPath, model_version AS ModelVersion,
            score AS Score, verdict AS Verdict, inspected_at AS InspectedAt
        FROM images WHERE product = @product AND verdict IS NOT NULL AND inspected_at >= @since ORDER BY inspected_at
        """,
        new { product, since = LedgerRow.Text(since) }).ToList());

    /// <summary>Versions that judged an image whose original is still kept.</summary>
    public IReadOnlyList<string> Judges(string product) => database.Read(connection => connection.Query<string>(
        "SELECT DISTINCT model_version FROM images WHERE product = @product AND verdict IS NOT NULL AND removed_at IS NULL",
        new { product }).ToList());
}

/// <summary>An image and the verdict it got.</summary>
internal sealed record JudgedImage
{
    public string Id { get; init; } = "";

    public string File { get; init; } = "";

    /// <summary>Where the original lies below the data root; null when it was removed.</summary>
    public string? FiledPath { get; init; }

    public string ModelVersion { get; init; } = "";

    public double Score { get; init; }

    public string Verdict { get; init; } = "";

    public string InspectedAt { get; init; } = "";
}
