using Sentinel.Core.Evaluation;
using Sentinel.Core.Imaging;

namespace Sentinel.Worker.Demo;

/// <summary>Brushed metal plates with two holes and a printed mark, drawn anew for every seed.</summary>
/// <param name="seed">The same seed draws the same product.</param>
/// <param name="knownGood">Parts to learn from.</param>
/// <param name="testGood">Good parts to inspect.</param>
/// <param name="perDefect">Parts to inspect with each defect.</param>
internal sealed class DrawnPlates(int seed, int knownGood = 120, int testGood = 16, int perDefect = 3) : IDemoProduct
{
    private readonly PlatePainter _painter = new(seed);

    public string Name => "plate";

    public int WriteKnownGood(string folder)
    {
        Parallel.For(0, knownGood, i => ImageFile.WritePng(Path.Combine(folder, $"plate-{i + 1:D3}.png"), _painter.Paint(i).Image));
        return knownGood;
    }

    public IEnumerable<DemoImage> TestImages()
    {
        var part = knownGood;
        for (var i = 1; i <= testGood; i++)
        {
            yield return new($"good-{i:D2}.png", "good", DemoKind.Good, _painter.Paint(part++).Image);
        }

        foreach (var defect in Enum.GetValues<PartDefect>())
        {
            for (var i = 1; i <= perDefect; i++)
            {
                yield return new(FileName(defect, i), defect.InWords(), DemoKind.Defective, _painter.Paint(part++, defect).Image);
            }
        }

        for (var i = 1; i <= 2; i++)
        {
            var image = _painter.Paint(part++).Image;
            yield return new($"noisy-{i:D2}.png", "good, noisy", DemoKind.Spoiled, SensorNoise.On(image, SensorNoise.UsualSigma, part));
            yield return new($"boxes-{i:D2}.png", "good, boxes drawn over", DemoKind.Spoiled, Boxes.On(_painter.Paint(part++).Image, part));
        }
    }

    private static string FileName(PartDefect defect, int number) => $"{defect.InWords().Replace(' ', '-')}-{number:D2}.png";
}
