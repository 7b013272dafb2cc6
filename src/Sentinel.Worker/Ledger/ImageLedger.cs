using Dapper;

namespace Sentinel.Worker.Ledger;

/// <summary>
/// What became of every image, and the only place that knows SQL. Each verb is one transaction and may be called again after a crash: it
/// changes a row only from the state it expects.
/// </summary>
internal sealed class ImageLedger(LedgerDatabase database)
{
    /// <summary>
    /// Notes that a file is about to be taken out of the inbox. A file that was put back before keeps its row and the time at which it was
    /// received.
    /// </summary>
    /// <returns>The entry, and whether the file is noted for the first time.</returns>
    public (LedgerEntry Entry, bool IsNew) Claim(
        string product, string file, string inboxPath, long bytes, DateTimeOffset receivedAt, DateTimeOffset claimedAt) =>
        database.Write((connection, transaction) =>
        {
            var known = connection.QueryFirstOrDefault<string>(
                "SELECT id FROM images WHERE filed_at IS NULL AND state = 'seen' AND inbox_path = @inboxPath", new { inboxPath }, transaction);
            var id = known ?? Guid.CreateVersion7(claimedAt).ToString();
            connection.Execute(
                """
                INSERT INTO images (id, product, file, inbox_path, bytes, state, received_at, claimed_at)
                VALUES (@id, @product, @file, @inboxPath, @bytes, 'claimed', @received, @claimed)
                ON CONFLICT (id) DO UPDATE SET state = 'claimed', bytes = @bytes, claimed_at = @claimed
                """,
                new { id, product, file, inboxPath, bytes, received = LedgerRow.Text(receivedAt), claimed = LedgerRow.Text(claimedAt) },
                transaction);
            return (Find(connection, transaction, id)!, known is null);
        });

    /// <summary>The file lies in the inbox again; the attempts are forgotten, because this one ended without a crash.</summary>
    public void PutBack(string id) =>
        Change("UPDATE images SET state = 'seen', attempts = 0 WHERE id = @id AND state = 'claimed'", new { id });

    /// <summary>Strikes out a claim that never took place, or a file that was put back and then withdrawn by its owner.</summary>
    public void Forget(string id) => Change("DELETE FROM images WHERE id = @id AND state IN ('seen', 'claimed')", new { id });

    /// <summary>Counts one more attempt; committed before the decoder sees the file, so that a crash leaves its trace.</summary>
    public void BeginAttempt(string id) => Change("UPDATE images SET attempts = attempts + 1 WHERE id = @id", new { id });

    /// <summary>The image of this content that has its verdict, the latest where there are several, or null.</summary>
    public LedgerEntry? VerdictOn(string product, string sha256) => database.Read(connection =>
        connection.QueryFirstOrDefault<LedgerRow>(
            $"SELECT {LedgerRow.Columns} FROM images WHERE product = @product AND sha256 = @sha256 AND verdict IS NOT NULL ORDER BY inspected_at DESC LIMIT 1",
            new { product, sha256 })?.ToEntry());

    /// <summary>Records a verdict with its entry in the audit trail, on the disk before this returns. It stands from here on.</summary>
    /// <param name="id">The image.</param>
    /// <param name="verdict">What was found.</param>
    /// <param name="filedPath">Where the original goes.</param>
    /// <param name="notes">What else was seen.</param>
    /// <param name="again">What to do about the same content having its verdict already.</param>
    /// <returns>False when this image, or one whose content it repeats, has its verdict already; then nothing changes.</returns>
    public bool RecordVerdict(
        string id, RecordedVerdict verdict, string filedPath, VerdictNotes? notes = null, SameContent again = SameContent.Skip) => database.Write(
        (connection, transaction) =>
        {
            var isNew = connection.Execute(
                """
                UPDATE images SET state = 'inspected', attempts = 0, sha256 = @Sha256, width = @Width, height = @Height, verdict = @word, score = @Score,
                    threshold = @Threshold, ratio = @Ratio, p_value = @PValue, model_version = @ModelVersion, regions = @regions,
                    inspected_at = @inspected, result_path = @ResultPath, filed_path = @filedPath, repeats = EXISTS (
                        SELECT 1 FROM images AS other WHERE other.product = images.product AND other.sha256 = @Sha256 AND other.verdict IS NOT NULL)
                WHERE id = @id AND state = 'claimed' AND (@mayRepeat OR NOT EXISTS (
                    SELECT 1 FROM images AS other WHERE other.product = images.product AND other.sha256 = @Sha256 AND other.verdict IS NOT NULL))
                """,
                new
                {
                    id,
                    verdict.Sha256,
                    verdict.Width,
                    verdict.Height,
                    word = LedgerRow.Word(verdict.Verdict),
                    verdict.Score,
                    verdict.Threshold,
                    verdict.Ratio,
                    verdict.PValue,
                    verdict.ModelVersion,
                    regions = LedgerRow.Json(verdict.Regions),
                    inspected = LedgerRow.Text(verdict.InspectedAt),
                    verdict.ResultPath,
                    filedPath,
                    mayRepeat = again is SameContent.Inspect,
                },
                transaction) > 0;
            if (isNew)
            {
                VerdictRecord.Complete(connection, transaction, Find(connection, transaction, id)!, notes);
            }

            return isNew;
        },
        durable: true);

    /// <summary>Records that the image repeats another's content and gets no verdict of its own.</summary>
    /// <returns>False when that was recorded before.</returns>
    public bool RecordDuplicate(string id, string duplicateOf, string sha256, string filedPath, DateTimeOffset at) => Change(
        """
        UPDATE images SET state = 'inspected', attempts = 0, sha256 = @sha256, duplicate_of = @duplicateOf, inspected_at = @at,
            filed_path = @filedPath
        WHERE id = @id AND state = 'claimed'
        """,
        new { id, duplicateOf, sha256, filedPath, at = LedgerRow.Text(at) },
        durable: true);

    /// <summary>Records that the image is set aside.</summary>
    /// <returns>False when that was recorded before.</returns>
    public bool RecordFailure(string id, Failure failure, string filedPath) => Change(
        """
        UPDATE images SET state = 'failed', reason = @Reason, message = @Message, sha256 = @Sha256, inspected_at = @at, filed_path = @filedPath
        WHERE id = @id AND state = 'claimed'
        """,
        new { id, failure.Reason, failure.Message, failure.Sha256, at = LedgerRow.Text(failure.At), filedPath },
        durable: true);

    /// <summary>Another place for the original and its result file, because somebody took the first one.</summary>
    public void Redirect(string id, string filedPath, string? resultPath) => Change(
        "UPDATE images SET filed_path = @filedPath, result_path = @resultPath WHERE id = @id AND filed_at IS NULL",
        new { id, filedPath, resultPath });

    /// <summary>The last step: everything lies in its place. Null when the original was found nowhere.</summary>
    public void MarkFiled(string id, string? filedPath, DateTimeOffset at) => Change(
        """
        UPDATE images SET state = CASE state WHEN 'inspected' THEN 'filed' ELSE state END, filed_path = @filedPath, filed_at = @at
        WHERE id = @id AND state IN ('inspected', 'failed') AND filed_at IS NULL
        """,
        new { id, filedPath, at = LedgerRow.Text(at) });

    /// <summary>Everything that a crash or a stop left between inbox and archive, oldest first.</summary>
    public IReadOnlyList<LedgerEntry> OpenClaims() => database.Read(connection =>
        connection.Query<LedgerRow>($"SELECT {LedgerRow.Columns} FROM images WHERE filed_at IS NULL ORDER BY received_at, id")
            .Select(row => row.ToEntry()).ToList());

    /// <summary>True when an image that is not yet filed is to lie at this path, or have its result there.</summary>
    public bool IsTaken(string path) => database.Read(connection => connection.ExecuteScalar<bool>(
        "SELECT EXISTS (SELECT 1 FROM images WHERE filed_at IS NULL AND (filed_path = @path OR result_path = @path))", new { path }));

    public LedgerEntry? Find(string id) => database.Read(connection => Find(connection, null, id));

    private static LedgerEntry? Find(
        Microsoft.Data.Sqlite.SqliteConnection connection, Microsoft.Data.Sqlite.SqliteTransaction? transaction, string id) =>
        connection.QueryFirstOrDefault<LedgerRow>($"SELECT {LedgerRow.Columns} FROM images WHERE id = @id", new { id }, transaction)?.ToEntry();

    private bool Change(string sql, object values, bool durable = false) =>
        database.Write((connection, transaction) => connection.Execute(sql, values, transaction) > 0, durable);
}
