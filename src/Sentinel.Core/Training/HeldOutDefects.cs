using Sentinel.Core.Imaging;
using Sentinel.Core.Training.Corruption;

namespace Sentinel.Core.Training;

/// <summary>
/// Defects that settings are chosen by, of families that nothing is ever trained on: a piece of the image itself in the wrong place
/// (Li 2021, CutPaste), a place rubbed smooth, a shadow or gleam. Real defects are never used to choose anything.
/// </summary>
internal sealed class HeldOutDefects(int seed)
{
    private readonly Random _random = new(seed);
    private int _drawn;

    /// <summary>A copy with one defect; the families take turns.</summary>
    public StandardImage DrawOn(StandardImage image)
    {
        var canvas = Canvas.Over(image);
        Action<Canvas, StandardImage>[] families = [CutPaste, Smooth, Shade];
        families[_drawn++ % families.Length](canvas, image);
        return image with { Samples = canvas.Samples };
    }

    private void CutPaste(Canvas canvas, StandardImage from)
    {
        var mask = Mask.Box(canvas, _random, 0.05, 0.15);
        var (dx, dy) = (_random.Next(canvas.Width), _random.Next(canvas.Height));
        Replace(canvas, mask, (x, y, c) => Sample(from, (x + dx) % from.Width, (y + dy) % from.Height, c));
    }

    private void Smooth(Canvas canvas, StandardImage from)
    {
        const int Reach = 4;
        Replace(canvas, Mask.Blob(canvas, _random, 0.06, 0.2), (x, y, c) =>
        {
            var sum = 0f;
            for (var v = y - Reach; v <= y + Reach; v++)
            {
                for (var u = x - Reach; u <= x + Reach; u++)
                {
                    sum += Sample(from, Math.Clamp(u, 0, from.Width - 1), Math.Clamp(v, 0, from.Height - 1), c);
                }
            }

            return sum / ((2 * Reach + 1) * (2 * Reach + 1));
        });
    }

    private void Shade(Canvas canvas, StandardImage from)
    {
        var gain = 1 + (_random.Next(2) == 0 ? -1 : 1) * (0.1f + 0.3f * _random.NextSingle());
        Replace(canvas, Mask.Blob(canvas, _random, 0.06, 0.25), (x, y, c) => Sample(from, x, y, c) * gain);
    }

    private static void Replace(Canvas canvas, Mask mask, Func<int, int, int, float> value) => mask.ForEach((x, y, opacity) =>
    {
        for (var c = 0; c < canvas.Channels; c++)
        {
            canvas.Blend(x, y, c, value(x, y, c), opacity);
        }
    });

    private static float Sample(StandardImage image, int x, int y, int channel) => image.Samples[(channel * image.Height + y) * image.Width + x];
}
