using System.Numerics;
using Sentinel.Core.Imaging;
using Sentinel.Core.Training.Corruption;
using TorchSharp;
using static TorchSharp.torch;

namespace Sentinel.Core.Selftest.Rungs;

/// <summary>Images of one part, as a camera sees it again and again, with random boxes of random grey on them.</summary>
internal static class BoxedImages
{
    public const int Side = 96;

    private static readonly Standardisation _rules = new() { Width = Side, Height = Side, Channels = 1 };

    /// <summary>Images without boxes.</summary>
    public static IReadOnlyList<StandardImage> Draw(int count, Random random) => [.. Enumerable.Range(0, count).Select(_ => _rules.Standardise(Part(random)))];

    /// <summary>The image with one to three boxes over it.</summary>
    public static StandardImage WithBoxes(StandardImage image, Random random)
    {
        var canvas = Canvas.Over(image);
        for (var boxes = 1 + random.Next(3); boxes > 0; boxes--)
        {
            new Box().Draw(canvas, canvas, random);
        }

        return image with { Samples = canvas.Samples };
    }

    /// <summary>[N, 1, Side, Side], 0..1.</summary>
    public static Tensor ToTensor(IReadOnlyList<StandardImage> images) =>
        tensor(images.SelectMany(image => image.Samples).ToArray(), [images.Count, 1, Side, Side]);

    public static IReadOnlyList<StandardImage> FromSamples(float[] samples) =>
        [.. samples.Chunk(Side * Side).Select(image => new StandardImage(Side, Side, 1, image))];

    private static Frame Part(Random random) => new DrawnGear
    {
        Centre = new Vector2(0.48f + 0.04f * random.NextSingle(), 0.48f + 0.04f * random.NextSingle()),
        Radius = 0.39f,
        Turn = 0.1f * random.NextSingle(),
        Light = 0.9f + 0.15f * random.NextSingle(),
    }.Draw(Side);
}
