namespace Sentinel.Core.Imaging;

/// <summary>
/// Puts decoded rows together to an upright frame. With 2 or 4 bands the last is opacity: such pixels are laid over middle grey, because
/// the colour under a transparent pixel means nothing, and black or white would look like a defect.
/// </summary>
internal sealed class FrameBuilder(Placement upright, int bands, int bitDepth)
{
    private const uint Opaque = ushort.MaxValue;
    private const uint MiddleGrey = 32768;

    private readonly int _channels = bands <= 2 ? 1 : 3;
    private readonly ushort[] _samples = new ushort[(long)upright.Width * upright.Height * (bands <= 2 ? 1 : 3)];
    private ushort[] _strip = [];

    public Frame Build() => new(upright.Width, upright.Height, _channels, _samples, bitDepth);

    public void Put(int top, ReadOnlySpan<byte> strip)
    {
        if (IsInPlace)
        {
            EightBits.Widen(strip, Target(top));
            return;
        }

        EightBits.Widen(strip, Widened(strip.Length));
        Put(top, Widened(strip.Length));
    }

    public void Put(int top, ReadOnlySpan<float> strip, float scale)
    {
        var widened = Widened(strip.Length);
        for (var i = 0; i < strip.Length; i++)
        {
            // A saturating conversion: below 0 and NaN become 0.
            widened[i] = ushort.CreateSaturating(strip[i] * scale + 0.5f);
        }

        Put(top, widened);
    }

    public void Put(int top, ReadOnlySpan<ushort> strip)
    {
        if (IsInPlace)
        {
            strip.CopyTo(Target(top));
            return;
        }

        var width = upright.StepX is 1 or -1 ? upright.Width : upright.Height;
        for (var (y, from) = (top, 0); from < strip.Length; y++)
        {
            for (var x = 0; x < width; x++, from += bands)
            {
                var to = (upright.Origin + x * upright.StepX + y * upright.StepY) * _channels;
                var opacity = bands == _channels ? Opaque : strip[from + bands - 1];
                for (var c = 0; c < _channels; c++)
                {
                    _samples[to + c] = Over(strip[from + c], opacity);
                }
            }
        }
    }

    private bool IsInPlace => bands == _channels && upright is { Origin: 0, StepX: 1 };

    private Span<ushort> Target(int top) => _samples.AsSpan(top * upright.Width * _channels);

    private Span<ushort> Widened(int length)
    {
        if (_strip.Length < length)
        {
            _strip = new ushort[length];
        }

        return _strip.AsSpan(0, length);
    }

    private static ushort Over(ushort sample, uint opacity) => opacity == Opaque
        ? sample
        : (ushort)(((ulong)sample * opacity + (ulong)MiddleGrey * (Opaque - opacity) + Opaque / 2) / Opaque);
}
