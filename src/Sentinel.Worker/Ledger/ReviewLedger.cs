using Dapper;
using Sentinel.Core.Detection;

namespace Sentinel.Worker.Ledger;

/// <summary>What people said of verdicts, and which of their files were already held against the ledger.</summary>
internal sealed class ReviewLedger(LedgerDatabase database)
{
    /// <summary>The files that were compared before, as they were then, by their paths.</summary>
    public Dictionary<string, ComparedFile> Compared() => database.Read(connection =>
        connection.Query<ComparedFile>("SELECT path, bytes, modified_at AS ModifiedAt FROM compared_files")
            .ToDictionary(file => file.Path, StringComparer.Ordinal));

    /// <summary>True when an image of that many bytes has a verdict: only then a file's content is worth reading.</summary>
    public bool HasVerdictOnSize(string product, long bytes) => database.Read(connection => connection.ExecuteScalar<bool>(
        "SELECT EXISTS (SELECT 1 FROM images WHERE product = @product AND bytes = @bytes AND verdict IS NOT NULL)",
        new { product, bytes }));

    /// <summary>Where originals of this content were filed and not removed since; with the id of each.</summary>
    public IReadOnlyList<(string Id, string FiledPath)> OriginalsOf(string product, string sha256) => database.Read(connection =>
        connection.Query<(string, string)>(
            """
            SELECT id, filed_path FROM images
            WHERE product = @product AND sha256 = @sha256 AND filed_at IS NOT NULL AND filed_path IS NOT NULL AND removed_at IS NULL AND state = 'filed'
            ORDER BY duplicate_of IS NOT NULL, filed_at
            """,
            new { product, sha256 }).ToList());

    /// <summary>Records what a person said, where the original lies now, and that the file was compared; all or nothing.</summary>
    /// <param name="image">The image with the verdict.</param>
    /// <param name="verdictOf">Its verdict.</param>
    /// <param name="outcome">Its outcome, one of the words of the table.</param>
    /// <param name="file">The file that said so.</param>
    /// <param name="movedFrom">The row whose original the file is, or null when it is a copy.</param>
    /// <param name="at">When it was seen.</param>
    /// <returns>False when the last word on this verdict is the same: nothing new was said.</returns>
    public bool Record(string image, RecordedVerdict verdictOf, string outcome, ComparedFile file, string? movedFrom, DateTimeOffset at) =>
        database.Write((connection, transaction) =>
        {
            MarkCompared(connection, transaction, file);
            if (movedFrom is not null)
            {
                connection.Execute("UPDATE images SET filed_path = @Path WHERE id = @movedFrom", new { file.Path, movedFrom }, transaction);
            }

            var isNew = connection.Execute(
                """
                INSERT INTO reviews (image_id, product, outcome, path, model_version, reviewed_at)
                SELECT @image, product, @outcome, @Path, @ModelVersion, @at FROM images
                WHERE id = @image AND @outcome IS NOT (SELECT outcome FROM reviews WHERE image_id = @image ORDER BY id DESC LIMIT 1)
                """,
                new { image, outcome, file.Path, verdictOf.ModelVersion, at = LedgerRow.Text(at) },
                transaction) > 0;
            if (isNew)
            {
                var product = connection.QuerySingle<string>("SELECT product FROM images WHERE id = @image", new { image }, transaction);
                AuditLedger.Append(connection, transaction, new AuditEntry(at, "a person, by moving the file", AuditEvents.Correction, product, verdictOf.ModelVersion, image,
                    new Dictionary<string, object?> { ["outcome"] = outcome, ["file"] = file.Path, ["verdict"] = LedgerRow.Word(verdictOf.Verdict) }));
            }

            return isNew;
        });

    /// <summary>These files were compared, and no verdict is about them.</summary>
    public void MarkCompared(IReadOnlyList<ComparedFile> files) => database.Write((connection, transaction) =>
    {
        foreach (var file in files)
        {
            MarkCompared(connection, transaction, file);
        }

        return files.Count;
    });

    /// <summary>These files are gone.</summary>
    public void Forget(IReadOnlyList<string> paths) => database.Write((connection, transaction) =>
        connection.Execute("DELETE FROM compared_files WHERE path = @path", paths.Select(path => new { path }), transaction));

    /// <summary>Everything that was said, oldest first.</summary>
    public IReadOnlyList<Review> Of(string product) => database.Read(connection => connection.Query<ReviewRow>(
            """
            SELECT r.image_id AS Image, r.outcome, r.path, r.model_version AS ModelVersion, r.reviewed_at AS ReviewedAt, i.verdict
            FROM reviews AS r JOIN images AS i ON i.id = r.image_id WHERE r.product = @product ORDER BY r.id
            """,
            new { product })
        .Select(row => new Review(
            row.Image, Enum.Parse<Verdict>(row.Verdict, ignoreCase: true), row.Outcome, row.Path, row.ModelVersion, LedgerRow.Time(row.ReviewedAt)))
        .ToList());

    /// <summary>How many flagged images of each product lie in the archive and were never judged; products without any are left out.</summary>
    public IReadOnlyDictionary<string, long> Pending() => database.Read(connection => connection.Query<(string Product, long Images)>(
            """
            SELECT product, count(*) FROM images
            WHERE verdict IN ('suspect', 'anomalous') AND removed_at IS NULL AND state = 'filed'
                AND NOT EXISTS (SELECT 1 FROM reviews WHERE image_id = images.id)
            GROUP BY product
            """)
        .ToDictionary(row => row.Product, row => row.Images, StringComparer.Ordinal));

    private static void MarkCompared(
        Microsoft.Data.Sqlite.SqliteConnection connection, Microsoft.Data.Sqlite.SqliteTransaction transaction, ComparedFile file) =>
        connection.Execute(
            "INSERT OR REPLACE INTO compared_files (path, bytes, modified_at) VALUES (@Path, @Bytes, @ModifiedAt)", file, transaction);

    private sealed record ReviewRow
    {
        public string Image { get; init; } = "";
        public string Verdict { get; init; } = "";
        public string Outcome { get; init; } = "";
        public string Path { get; init; } = "";
        public string ModelVersion { get; init; } = "";
        public string ReviewedAt { get; init; } = "";
    }
}

/// <summary>A file in <c>good/</c> or <c>defects/</c> as it was when it was compared.</summary>
internal sealed record ComparedFile
{
    /// <summary>Relative to the data root.</summary>
    public string Path { get; init; } = "";

    public long Bytes { get; init; }

    /// <summary>Time of its last write, as text.</summary>
    public string ModifiedAt { get; init; } = "";

    public static ComparedFile Now(string path, long bytes, DateTimeOffset modifiedAt) =>
        new() { Path = path, Bytes = bytes, ModifiedAt = LedgerRow.Text(modifiedAt) };
}

/// <summary>One judgement of a person.</summary>
/// <param name="Image">Id of the image.</param>
/// <param name="Verdict">What Sentinel had said.</param>
/// <param name="Outcome"><c>false-alarm</c>, <c>confirmed</c> or <c>missed</c>.</param>
/// <param name="Path">The file that said so, relative to the data root.</param>
/// <param name="ModelVersion">The model that had judged.</param>
/// <param name="At">When it was seen.</param>
internal sealed record Review(string Image, Verdict Verdict, string Outcome, string Path, string ModelVersion, DateTimeOffset At);
