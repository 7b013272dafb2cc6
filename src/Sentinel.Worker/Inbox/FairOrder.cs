namespace Sentinel.Worker.Inbox;

/// <summary>One file of each product in turn, so that a product with a hundred thousand files does not starve one with three.</summary>
internal static class FairOrder
{
    /// <param name="products">The files of each product.</param>
    /// <param name="last">
    /// The product that had the last turn before: those behind it in the alphabet come first, so that nobody is left out where a round is
    /// too short for all.
    /// </param>
    public static IEnumerable<InboxFile> Interleave(IEnumerable<IReadOnlyList<InboxFile>> products, string? last = null)
    {
        var waiting = products.Where(files => files.Count > 0)
            .OrderBy(files => last is not null && string.CompareOrdinal(files[0].Product, last) <= 0)
            .ToList();
        for (var turn = 0; waiting.Count > 0; turn++)
        {
            foreach (var files in waiting)
            {
                yield return files[turn];
            }

            waiting.RemoveAll(files => files.Count <= turn + 1);
        }
    }
}
