using Dapper;

namespace Sentinel.Worker.Ledger;

/// <summary>
/// What may be removed to make room, in the order in which it goes. Only images that are filed (or set aside) and whose original still lies
/// in the archive or in <c>failed/</c>; what people moved elsewhere is theirs.
/// </summary>
internal sealed class RemovalLedger(LedgerDatabase database)
{
    private const string Kept = """
        SELECT id, filed_path AS FiledPath, result_path AS ResultPath, bytes, filed_at, rowid AS number,
            CASE WHEN state = 'failed' THEN 'failed' WHEN duplicate_of IS NOT NULL THEN 'duplicate' ELSE verdict END AS kind,
            EXISTS (SELECT 1 FROM reviews WHERE image_id = images.id) AS reviewed
        FROM images
        WHERE filed_at IS NOT NULL AND removed_at IS NULL AND state IN ('filed', 'failed')
            AND (filed_path LIKE 'archive/%' OR filed_path LIKE 'failed/%')
        """;

    private const string Columns = """
        kept.id AS Id, FiledPath, ResultPath, kept.bytes AS Bytes,
        EXISTS (SELECT 1 FROM images AS other
            WHERE other.filed_path = FiledPath AND other.id > kept.id AND other.state NOT IN ('seen', 'claimed')) AS IsReplaced
        """;

    /// <summary>The oldest images of a product that were filed before this time.</summary>
    /// <param name="product">The product.</param>
    /// <param name="kind">A verdict's word, <c>duplicate</c> or <c>failed</c>.</param>
    /// <param name="filedBefore">The time.</param>
    /// <param name="most">How many to return.</param>
    public IReadOnlyList<KeptImage> OlderThan(string product, string kind, DateTimeOffset filedBefore, int most) => Query(
        $"SELECT {Columns} FROM ({Kept} AND product = @product) AS kept WHERE kind = @kind AND filed_at < @before ORDER BY filed_at, number LIMIT @most",
        new { product, kind, before = LedgerRow.Text(filedBefore), most });

    /// <summary>What is over the number or the bytes that may be kept of a product's images of one kind; oldest first, reviewed last.</summary>
    public IReadOnlyList<KeptImage> Over(string product, string kind, long maxCount, long maxBytes, int most) => Query(
        $"""
        SELECT {Columns} FROM (
            SELECT *, count(*) OVER keep AS keptCount, sum(bytes) OVER keep AS keptBytes
            FROM ({Kept} AND product = @product) WHERE kind = @kind
            WINDOW keep AS (ORDER BY reviewed DESC, filed_at DESC, number DESC)) AS kept
        WHERE (@maxCount > 0 AND keptCount > @maxCount) OR (@maxBytes > 0 AND keptBytes > @maxBytes)
        ORDER BY reviewed, filed_at, number LIMIT @most
        """,
        new { product, kind, maxCount, maxBytes, most });

    /// <summary>What is over the bytes that may be kept of all products: normal ones, duplicates and failed ones go first, then suspect,
    /// then anomalous, then reviewed ones; oldest first.</summary>
    public IReadOnlyList<KeptImage> OverAll(long maxBytes, int most) => Query(
        $"""
        SELECT {Columns} FROM (
            SELECT *, sum(bytes) OVER (ORDER BY worth DESC, filed_at DESC, number DESC) AS keptBytes FROM (
                SELECT *, CASE WHEN reviewed THEN 3 WHEN kind = 'anomalous' THEN 2 WHEN kind = 'suspect' THEN 1 ELSE 0 END AS worth
                FROM ({Kept}))) AS kept
        WHERE keptBytes > @maxBytes
        ORDER BY worth, filed_at, number LIMIT @most
        """,
        new { maxBytes, most });

    /// <summary>Every product that an image was filed for.</summary>
    public IReadOnlyList<string> Products() => database.Read(connection =>
        connection.Query<string>("SELECT DISTINCT product FROM images ORDER BY product").ToList());

    /// <summary>Their files are gone; the rows stay.</summary>
    public void MarkRemoved(IReadOnlyList<string> ids, DateTimeOffset at) => database.Write((connection, transaction) => connection.Execute(
        "UPDATE images SET removed_at = @at WHERE id IN @ids AND removed_at IS NULL", new { ids, at = LedgerRow.Text(at) }, transaction));

    private IReadOnlyList<KeptImage> Query(string sql, object values) =>
        database.Read(connection => connection.Query<KeptImage>(sql, values).ToList());
}
