using Dapper;
using Microsoft.Data.Sqlite;

namespace Sentinel.Worker.Ledger;

/// <summary>What is written in one transaction with a new verdict: its entry in the audit trail, and what is noted beside it.</summary>
internal static class VerdictRecord
{
    public static void Complete(SqliteConnection connection, SqliteTransaction transaction, LedgerEntry image, VerdictNotes? notes)
    {
        var verdict = image.Verdict!;
        AuditLedger.Append(connection, transaction, new AuditEntry(
            verdict.InspectedAt, "inspection", AuditEvents.Verdict, image.Product, verdict.ModelVersion, image.Id,
            new Dictionary<string, object?>
            {
                ["file"] = image.File,
                ["sha256"] = verdict.Sha256,
                ["verdict"] = LedgerRow.Word(verdict.Verdict),
                ["score"] = verdict.Score,
                ["threshold"] = verdict.Threshold,
                ["pValue"] = verdict.PValue,
            }));
        if (notes?.Inputs is { } inputs)
        {
            connection.Execute(
                "INSERT INTO measures (image_id, brightness, contrast, sharpness, noise) VALUES (@Id, @Brightness, @Contrast, @Sharpness, @Noise)",
                new { image.Id, inputs.Brightness, inputs.Contrast, inputs.Sharpness, inputs.Noise },
                transaction);
        }

        if (notes?.Shadow is { } shadow)
        {
            connection.Execute(
                """
                INSERT INTO shadow_scores (image_id, product, model_version, score, p_value, verdict)
                VALUES (@Id, @Product, @ModelVersion, @Score, @PValue, @word)
                """,
                new { image.Id, image.Product, shadow.ModelVersion, shadow.Score, shadow.PValue, word = LedgerRow.Word(shadow.Verdict) },
                transaction);
        }
    }
}
