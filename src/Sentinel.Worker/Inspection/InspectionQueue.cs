using System.Threading.Channels;
using Sentinel.Worker.Inbox;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Inspection;

/// <summary>Claimed images on their way to the decoder. It is short on purpose: the directory is the queue.</summary>
internal sealed class InspectionQueue(SentinelMetrics? metrics = null)
{
    /// <summary>Images that are claimed ahead of the decoder.</summary>
    public const int Capacity = 8;

    private readonly Channel<ClaimedImage> _images = Channel.CreateBounded<ClaimedImage>(
        new BoundedChannelOptions(Capacity) { SingleReader = true, SingleWriter = false });

    /// <summary>Waits while the queue is full.</summary>
    public ValueTask AddAsync(ClaimedImage image, CancellationToken stopping)
    {
        if (image.Heartbeat is null)
        {
            metrics?.ClaimBegun(image.Entry.Product);
        }

        return _images.Writer.WriteAsync(image, stopping);
    }

    /// <summary>No more images come; those in the queue are still inspected.</summary>
    public void Complete() => _images.Writer.TryComplete();

    public IAsyncEnumerable<ClaimedImage> ReadAllAsync(CancellationToken cancel) => _images.Reader.ReadAllAsync(cancel);
}
