using System.Diagnostics;

namespace Sentinel.Core.Imaging;

/// <summary>
/// The time one decoding may take. A native decoder cannot be interrupted, but it asks for bytes: once the time is up it is shown the end
/// of the file. That reaches also those that decode everything before they give the first row (interlaced PNG, progressive JPEG with many
/// scans); the others are asked between two strips.
/// </summary>
internal sealed class DecodeTime(TimeSpan longest)
{
    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>True from the moment on at which the time is over.</summary>
    public bool IsUp => Stopwatch.GetElapsedTime(_start) > longest;

    /// <exception cref="UnreadableImageException">The time is over.</exception>
    public void ThrowIfUp()
    {
        if (IsUp)
        {
            throw TooSlow();
        }
    }

    public UnreadableImageException TooSlow(Exception? inner = null) => new(
        UnreadableReason.TooSlow, $"Decoding takes longer than {longest.TotalSeconds:0.###} s, which is the limit.", inner);

    /// <summary>The bytes as a stream that ends early when the time is up.</summary>
    public Stream Limit(byte[] bytes) => new LimitedStream(bytes, this);

    private sealed class LimitedStream(byte[] bytes, DecodeTime time) : MemoryStream(bytes, writable: false)
    {
        public override int Read(byte[] buffer, int offset, int count) => time.IsUp ? 0 : base.Read(buffer, offset, count);

        public override int Read(Span<byte> buffer) => time.IsUp ? 0 : base.Read(buffer);

        /// <summary>-1 for a place that no stream has, as C's <c>lseek</c>: damaged files ask for it, and an exception would end the process.</summary>
        public override long Seek(long offset, SeekOrigin origin)
        {
            var target = offset + origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => Position, _ => Length };
            return target is >= 0 and <= int.MaxValue ? base.Seek(target, SeekOrigin.Begin) : -1;
        }
    }
}
