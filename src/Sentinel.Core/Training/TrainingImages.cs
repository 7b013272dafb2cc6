using Sentinel.Core.Training.Corruption;

namespace Sentinel.Core.Training;

/// <summary>
/// Good pictures to cut training samples from, kept as 8-bit planes: every image once as it is standardised, which is what is judged, and
/// pieces of it at the camera's own resolution, which is what is denoised.
/// </summary>
internal sealed class TrainingImages(int channels)
{
    private readonly List<(int Width, int Height, byte[] Planes)> _standard = [];
    private readonly List<(int Width, int Height, byte[] Planes)> _native = [];

    public int Channels => channels;

    public int Count => _standard.Count;

    public void AddStandard(int width, int height, ReadOnlySpan<float> planes) => _standard.Add((width, height, Narrow(planes)));

    public void AddNative(int width, int height, ReadOnlySpan<float> planes) => _native.Add((width, height, Narrow(planes)));

    /// <summary>A random square piece: half of them standardised, half native, mirrored when the product allows it.</summary>
    public Canvas Cut(int size, Random random)
    {
        var source = _native.Count > 0 && random.Next(2) == 0 ? _native : _standard;
        var (width, height, planes) = source[random.Next(source.Count)];
        var (left, top) = (random.Next(Math.Max(1, width - size + 1)), random.Next(Math.Max(1, height - size + 1)));
        var samples = new float[channels * size * size];
        for (var c = 0; c < channels; c++)
        {
            for (var y = 0; y < size; y++)
            {
                var row = (c * height + Mirror(top + y, height)) * width;
                var target = (c * size + y) * size;
                for (var x = 0; x < size; x++)
                {
                    samples[target + x] = planes[row + Mirror(left + x, width)] / 255f;
                }
            }
        }

        return new Canvas(size, size, channels, samples);
    }

    private static int Mirror(int position, int length)
    {
        var period = Math.Max(1, 2 * (length - 1));
        var folded = position % period;
        return folded < length ? folded : period - folded;
    }

    private static byte[] Narrow(ReadOnlySpan<float> planes)
    {
        var bytes = new byte[planes.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)Math.Clamp(planes[i] * 255f + 0.5f, 0f, 255f);
        }

        return bytes;
    }
}
