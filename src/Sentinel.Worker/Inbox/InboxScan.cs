namespace Sentinel.Worker.Inbox;

/// <summary>What one scan found, product by product.</summary>
internal sealed record InboxScan(IReadOnlyList<ProductScan> Products);

/// <summary>What waits for one product: how many, since when, and the oldest of them.</summary>
/// <param name="name">The product.</param>
/// <param name="window">How many files are kept; the younger ones are only counted.</param>
internal sealed class ProductScan(string name, int window)
{
    // The youngest of those kept is on top, to make room for an older one.
    private readonly PriorityQueue<InboxFile, (long ChangedAt, string Path)> _oldest = new(YoungestFirst.Instance);

    public string Name { get; } = name;

    /// <summary>False for the default product as long as nothing but the inbox's root belongs to it.</summary>
    public bool IsUsed(string root) => Files > 0 || Folders.Any(folder => folder != root);

    /// <summary>The folders its files come from: one, or for the default product also the inbox's root.</summary>
    public List<string> Folders { get; } = [];

    public int Files { get; private set; }

    /// <summary>When the longest waiting file arrived.</summary>
    public DateTimeOffset? Oldest { get; private set; }

    /// <summary>Why its folder could not be read, or null.</summary>
    public string? Problem { get; set; }

    /// <summary>Files that may not be read; whose they are has to change that.</summary>
    public int Unreadable { get; private set; }

    /// <summary>One of them.</summary>
    public string? UnreadableExample { get; private set; }

    /// <summary>Counts a file that may not be read; like one that lacks something it takes no room from those that can be taken.</summary>
    public void AddUnreadable(InboxFile file)
    {
        Unreadable++;
        UnreadableExample ??= file.Path;
        Add(file, canBeReady: false);
    }

    /// <param name="file">One that waits.</param>
    /// <param name="canBeReady">False when it lacks something: it is counted, and takes no room from those that can be taken.</param>
    public void Add(InboxFile file, bool canBeReady = true)
    {
        Files++;
        if (Oldest is null || file.Stamp.ChangedAt < Oldest)
        {
            Oldest = file.Stamp.ChangedAt;
        }

        if (!canBeReady)
        {
            return;
        }

        var key = (file.Stamp.ChangedAt.UtcTicks, file.Path);
        if (_oldest.Count < window)
        {
            _oldest.Enqueue(file, key);
        }
        else
        {
            _oldest.EnqueueDequeue(file, key);
        }
    }

    /// <summary>The files kept, in the order in which they arrived.</summary>
    public IReadOnlyList<InboxFile> InOrder() =>
    [
        .. _oldest.UnorderedItems
            .OrderBy(item => item.Priority.ChangedAt)
            .ThenBy(item => item.Priority.Path, StringComparer.Ordinal)
            .Select(item => item.Element),
    ];

    private sealed class YoungestFirst : IComparer<(long ChangedAt, string Path)>
    {
        public static readonly YoungestFirst Instance = new();

        public int Compare((long ChangedAt, string Path) x, (long ChangedAt, string Path) y) =>
            x.ChangedAt != y.ChangedAt ? y.ChangedAt.CompareTo(x.ChangedAt) : string.CompareOrdinal(y.Path, x.Path);
    }
}
