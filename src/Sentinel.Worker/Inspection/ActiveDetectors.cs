using Sentinel.Core.Detection;

namespace Sentinel.Worker.Inspection;

/// <summary>
/// The detector in use for each product. A newly published champion is loaded beside the old one and takes over between two images; the old
/// one is freed when its last lease is returned.
/// </summary>
internal sealed class ActiveDetectors
{
    /// <summary>The product's detector for as long as the lease is held, or null when it has no usable model yet.</summary>
    public Lease? Borrow(string product) => throw new NotImplementedException(product);

    /// <summary>One use of a detector, of one image or one batch; dispose to return it.</summary>
    public sealed class Lease(Detector detector, Action giveBack) : IDisposable
    {
        public Detector Detector { get; } = detector;

        public void Dispose() => giveBack();
    }
}
