using Dapper;

namespace Sentinel.Worker.Ledger;

/// <summary>What a model that waits in the shadow said beside the one in use.</summary>
internal sealed class ShadowLedger(LedgerDatabase database)
{
    /// <summary>How many images it scored, how many of them it would have flagged, and how many the model in use did flag.</summary>
    public (int Images, int FlaggedByChallenger, int FlaggedByChampion) Tally(string product, string version) => database.Read(connection =>
        connection.QuerySingle<(int, int, int)>(
            """
            SELECT count(*), coalesce(sum(s.verdict <> 'normal'), 0), coalesce(sum(i.verdict <> 'normal'), 0)
            FROM shadow_scores AS s JOIN images AS i ON i.id = s.image_id WHERE s.product = @product AND s.model_version = @version
            """,
            new { product, version }));
}
