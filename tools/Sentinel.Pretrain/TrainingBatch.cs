using Sentinel.Core.Training.Corruption;
using static TorchSharp.torch;

namespace Sentinel.Pretrain;

/// <summary>
/// Pictures as they are shown in training: a square window of them, mirrored half of the time, 30 % turned grey (most inspected products are),
/// brighter or darker, with more or less contrast; if wanted, on half of them things are drawn that do not belong there.
/// </summary>
/// <param name="Images">[N, 3, size, size], about 0..1.</param>
/// <param name="Labels">[N], numbers of classes.</param>
/// <param name="Foreign">Where something was drawn that does not belong there, 0 or 1 for each 4 x 4 pixels: [N, 1, size / 4, size / 4].</param>
internal sealed record TrainingBatch(Tensor Images, Tensor Labels, Tensor Foreign)
{
    private const int Cell = 4;

    private const double ShareOfGrey = 0.3;
    private const double ShareOfDrawn = 0.5;
    private const double SmallestWindow = 0.6;
    private const double SmallestChange = 0.02;
    private const double SmallestCover = 2.0 / (Cell * Cell);

    /// <summary>The batch of a step is a function of the seed and the step alone, so that a resumed training sees what it would have seen.</summary>
    public static TrainingBatch Draw(LabelledImages images, IReadOnlyList<int> chosen, int size, Random random, bool withForeign)
    {
        var area = 3 * size * size;
        var cells = size / Cell;
        var (samples, drawn) = (new float[chosen.Count * area], new float[chosen.Count * cells * cells]);
        var seeds = chosen.Select(_ => (Own: random.Next(), Foreign: images.Pictures[random.Next(images.Pictures.Count)])).ToArray();
        Parallel.For(0, chosen.Count, i => Show(
            images.Pictures[chosen[i]], seeds[i].Foreign, size, samples.AsSpan(i * area, area), drawn.AsSpan(i * cells * cells, cells * cells), new Random(seeds[i].Own), withForeign));
        return new TrainingBatch(
            tensor(samples, [chosen.Count, 3, size, size]),
            tensor(chosen.Select(i => (long)images.Pictures[i].Label).ToArray()),
            tensor(drawn, [chosen.Count, 1, cells, cells]));
    }

    private static void Show(LabelledPicture picture, LabelledPicture foreign, int size, Span<float> shown, Span<float> drawn, Random random, bool withForeign)
    {
        var grey = random.NextDouble() < ShareOfGrey;
        var window = Window.Random(picture, SmallestWindow, random);
        var canvas = window.Cut(size, grey);
        if (withForeign && random.NextDouble() < ShareOfDrawn)
        {
            var before = (float[])canvas.Samples.Clone();
            Corruptor.OfDefects.Corrupt(canvas, Window.Random(foreign, SmallestWindow, random).Cut(size, grey), random);
            Compare(before, canvas, drawn);
        }

        var contrast = 0.7f + 0.6f * random.NextSingle();
        var offset = 0.5f * (1 - contrast) + 0.3f * (random.NextSingle() - 0.5f);
        for (var i = 0; i < shown.Length; i++)
        {
            shown[i] = contrast * canvas.Samples[i] + offset;
        }
    }

    private static void Compare(float[] before, Canvas canvas, Span<float> drawn)
    {
        var (size, cells) = (canvas.Width, canvas.Width / Cell);
        for (var i = 0; i < size * size; i++)
        {
            var change = 0f;
            for (var c = 0; c < canvas.Channels; c++)
            {
                change = Math.Max(change, Math.Abs(canvas.Samples[c * size * size + i] - before[c * size * size + i]));
            }

            drawn[i / size / Cell * cells + i % size / Cell] += change > SmallestChange ? 1f / (Cell * Cell) : 0;
        }

        for (var i = 0; i < drawn.Length; i++)
        {
            drawn[i] = drawn[i] >= SmallestCover ? 1 : 0;
        }
    }
}
