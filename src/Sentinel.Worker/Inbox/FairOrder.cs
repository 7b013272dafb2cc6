namespace Sentinel.Worker.Inbox;

/// <summary>One file of each product in turn, so that a product with a hundred thousand files does not starve one with three.</summary>
internal static class FairOrder
{
    public static IEnumerable<InboxFile> Interleave(IEnumerable<IReadOnlyList<InboxFile>> products)
    {
        var waiting = products.Where(files => files.Count > 0).ToList();
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
