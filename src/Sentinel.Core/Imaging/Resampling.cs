using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Sentinel.Core.Imaging;

/// <summary>
/// Separable resampling with Keys' cubic (a = -0.5), widened by the scale when shrinking, so that nothing aliases (as Pillow's bicubic does).
/// Row by row: besides the result, no more than one row of the source is held as float. The order of all sums is fixed, so that the result
/// depends on nothing but the samples.
/// </summary>
internal static class Resampling
{
    /// <summary>The whole frame at another size and channel count: planar, 0..65535, a little beyond at sharp edges.</summary>
    public static float[] ToPlanar(Frame frame, int width, int height, int channels)
    {
        // Grey is resampled once and repeated at the end.
        var planes = Math.Min(channels, frame.Channels);
        var across = ResamplingWindow.Along(frame.Width, width);
        var down = ResamplingWindow.Along(frame.Height, height);
        var result = new float[channels * height * width];
        var source = new float[frame.Width];
        var row = new float[width];
        var first = 0;
        for (var y = 0; y < frame.Height; y++)
        {
            while (down[first].End <= y)
            {
                first++;
            }

            for (var c = 0; c < planes; c++)
            {
                Extract(frame, y, planes == 1 ? null : c, source);
                Shrink(source, across, row);
                for (var t = first; t < height && down[t].Start <= y; t++)
                {
                    if (y < down[t].End)
                    {
                        Accumulate(row, down[t].Weights[y - down[t].Start], result.AsSpan((c * height + t) * width, width));
                    }
                }
            }
        }

        for (var c = planes; c < channels; c++)
        {
            result.AsSpan(0, width * height).CopyTo(result.AsSpan(c * width * height));
        }

        return result;
    }

    /// <summary>One channel of one row as float; with <paramref name="channel"/> null its luma.</summary>
    private static void Extract(Frame frame, int y, int? channel, Span<float> row)
    {
        var samples = frame.Samples.AsSpan(y * frame.Width * frame.Channels, frame.Width * frame.Channels);
        if (frame.Channels == 1)
        {
            Convert(samples, row);
        }
        else if (channel is { } c)
        {
            for (var (x, i) = (0, c); x < row.Length; x++, i += 3)
            {
                row[x] = samples[i];
            }
        }
        else
        {
            for (var (x, i) = (0, 0); x < row.Length; x++, i += 3)
            {
                row[x] = Luma.Red * samples[i] + Luma.Green * samples[i + 1] + Luma.Blue * samples[i + 2];
            }
        }
    }

    private static void Convert(ReadOnlySpan<ushort> samples, Span<float> row)
    {
        var i = 0;
        for (; i + Vector256<ushort>.Count <= samples.Length; i += Vector256<ushort>.Count)
        {
            var (low, high) = Vector256.Widen(Vector256.Create(samples[i..]));
            Vector256.ConvertToSingle(low.AsInt32()).CopyTo(row[i..]);
            Vector256.ConvertToSingle(high.AsInt32()).CopyTo(row[(i + 8)..]);
        }

        for (; i < samples.Length; i++)
        {
            row[i] = samples[i];
        }
    }

    private static void Shrink(ReadOnlySpan<float> source, ResamplingWindow[] windows, Span<float> row)
    {
        for (var t = 0; t < windows.Length; t++)
        {
            var weights = windows[t].Weights.AsSpan();
            ref var weight = ref MemoryMarshal.GetReference(weights);
            ref var sample = ref MemoryMarshal.GetReference(source.Slice(windows[t].Start, weights.Length));
            var sums = Vector256<float>.Zero;
            var i = 0;
            for (; i + Vector256<float>.Count <= weights.Length; i += Vector256<float>.Count)
            {
                sums += Vector256.LoadUnsafe(ref weight, (nuint)i) * Vector256.LoadUnsafe(ref sample, (nuint)i);
            }

            var sum = Vector256.Sum(sums);
            for (; i < weights.Length; i++)
            {
                sum += weights[i] * source[windows[t].Start + i];
            }

            row[t] = sum;
        }
    }

    private static void Accumulate(ReadOnlySpan<float> row, float weight, Span<float> target)
    {
        var i = 0;
        for (; i + Vector256<float>.Count <= row.Length; i += Vector256<float>.Count)
        {
            (Vector256.Create<float>(target[i..]) + Vector256.Create<float>(row[i..]) * weight).CopyTo(target[i..]);
        }

        for (; i < row.Length; i++)
        {
            target[i] += row[i] * weight;
        }
    }
}
