using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Sentinel.Pretrain;

/// <summary>
/// Pictures as they are shown in training: cut out a few pixels off, mirrored half of the time, 30 % turned grey (most inspected products are),
/// brighter or darker, with more or less contrast. About 3 ms for 128 pictures; the cores belong to the convolutions.
/// </summary>
/// <param name="Images">[N, 3, size, size], about 0..1.</param>
/// <param name="Labels">[N], numbers of classes.</param>
internal sealed record TrainingBatch(Tensor Images, Tensor Labels)
{
    private const int Margin = 6;
    private const double ShareOfGrey = 0.3;

    /// <summary>The batch of a step is a function of the seed and the step alone, so that a resumed training sees what it would have seen.</summary>
    public static TrainingBatch Draw(LabelledImages images, ReadOnlySpan<int> chosen, int size, Random random)
    {
        var area = 3 * size * size;
        var shown = empty([chosen.Length, 3, size, size]);
        var samples = MemoryMarshal.Cast<byte, float>(shown.bytes);
        var labels = new long[chosen.Length];
        for (var i = 0; i < chosen.Length; i++)
        {
            Show(images.PixelsOf(chosen[i]), samples.Slice(i * area, area), size, random);
            labels[i] = images.LabelOf(chosen[i]);
        }

        return new TrainingBatch(shown, tensor(labels));
    }

    private static void Show(ReadOnlySpan<byte> planes, Span<float> shown, int size, Random random)
    {
        const int side = LabelledImages.Side;
        var (left, top) = (random.Next(-Margin, side - size + Margin + 1), random.Next(-Margin, side - size + Margin + 1));
        var mirrored = random.Next(2) == 0;
        var grey = random.NextDouble() < ShareOfGrey;
        var contrast = 0.7f + 0.6f * random.NextSingle();
        var gain = contrast / 255f;
        var offset = 0.5f * (1 - contrast) + 0.3f * (random.NextSingle() - 0.5f);
        Span<int> columns = stackalloc int[size];
        for (var x = 0; x < size; x++)
        {
            columns[x] = Reflect(left + (mirrored ? size - 1 - x : x));
        }

        var red = planes[..(side * side)];
        var green = planes.Slice(side * side, side * side);
        var blue = planes[(2 * side * side)..];
        var plane = size * size;
        for (var y = 0; y < size; y++)
        {
            var row = Reflect(top + y) * side;
            for (var x = 0; x < size; x++)
            {
                var (from, to) = (row + columns[x], y * size + x);
                var (r, g, b) = ((float)red[from], (float)green[from], (float)blue[from]);
                if (grey)
                {
                    r = g = b = 0.299f * r + 0.587f * g + 0.114f * b;
                }

                shown[to] = gain * r + offset;
                shown[plane + to] = gain * g + offset;
                shown[2 * plane + to] = gain * b + offset;
            }
        }
    }

    private static int Reflect(int position) =>
        position < 0 ? -position : position < LabelledImages.Side ? position : 2 * (LabelledImages.Side - 1) - position;
}
