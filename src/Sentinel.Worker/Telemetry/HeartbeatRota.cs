namespace Sentinel.Worker.Telemetry;

/// <summary>
/// Whose turn it is to show that its images get verdicts, and who could not. The one whose last proof is oldest is next, so that products too many
/// for one round have their turn one round after the other; who failed is asked again first.
/// </summary>
internal sealed class HeartbeatRota(SentinelMetrics metrics, TimeProvider time)
{
    /// <summary>For so long a verdict on a real image is proof enough.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, DateTimeOffset> _cameThrough = new(StringComparer.Ordinal);
    private readonly HashSet<string> _failed = new(StringComparer.Ordinal);

    /// <summary>No product is known whose image did not come through.</summary>
    public bool IsWell => _failed.Count == 0;

    /// <summary>Some product's images are known to get their verdicts.</summary>
    public bool HasProof => _cameThrough.Count > 0;

    /// <summary>Those of the products that a generated image is due for, the first first. What is not among the products is forgotten.</summary>
    public IReadOnlyList<string> Due(IReadOnlyCollection<string> products)
    {
        _failed.IntersectWith(products);
        foreach (var gone in _cameThrough.Keys.Except(products).ToList())
        {
            _cameThrough.Remove(gone);
        }

        foreach (var busy in products.Where(product => !IsIdle(product)))
        {
            Note(busy, cameThrough: true);
        }

        return [.. products.Where(IsIdle).OrderBy(product => _cameThrough.GetValueOrDefault(product))];
    }

    public void Note(string product, bool cameThrough)
    {
        if (cameThrough)
        {
            _cameThrough[product] = time.GetUtcNow();
            _failed.Remove(product);
        }
        else
        {
            _cameThrough.Remove(product);
            _failed.Add(product);
        }
    }

    private bool IsIdle(string product) => metrics.LastInspectionOf(product) is not { } last || time.GetUtcNow() - last >= Idle;
}
