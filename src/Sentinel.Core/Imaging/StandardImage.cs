namespace Sentinel.Core.Imaging;

/// <summary>A standardised image: planar samples, nominally 0..1, sample of channel c at (x, y) at <c>[(c * Height + y) * Width + x]</c>.</summary>
public sealed record StandardImage(int Width, int Height, int Channels, float[] Samples);
