namespace Sentinel.Worker.Ledger;

/// <summary>What going through the trail from its first entry to its last found.</summary>
/// <param name="Entries">How many there are.</param>
/// <param name="Head">Hash of the last one; who notes it elsewhere can tell later whether the trail was cut and written anew.</param>
/// <param name="Problems">Each break of the chain, the first hundred.</param>
internal sealed record AuditCheck(long Entries, string Head, IReadOnlyList<string> Problems)
{
    private const int MostProblems = 100;

    /// <param name="rows">All entries in order.</param>
    /// <param name="knownHash">A hash that must be among them, or null.</param>
    public static AuditCheck Of(IEnumerable<AuditRow> rows, string? knownHash)
    {
        var problems = new List<string>();
        var (entries, head, isKnown) = (0L, AuditLedger.Origin, knownHash is null);
        foreach (var row in rows)
        {
            entries++;
            if (row.Number != entries)
            {
                problems.Add($"Entry {entries} is missing; {row.Number} is in its place.");
                entries = row.Number;
            }

            if (row.Previous != head)
            {
                problems.Add($"Entry {row.Number} of {row.At} does not follow the one before it.");
            }

            head = AuditLedger.HashOf(row);
            if (row.Hash != head)
            {
                problems.Add($"Entry {row.Number} of {row.At} was changed: its hash is not that of its content.");
                head = row.Hash;
            }

            isKnown |= row.Hash == knownHash;
        }

        if (!isKnown)
        {
            problems.Add($"The entry with the hash {knownHash} is gone.");
        }

        return new AuditCheck(entries, head, [.. problems.Take(MostProblems)]);
    }
}
