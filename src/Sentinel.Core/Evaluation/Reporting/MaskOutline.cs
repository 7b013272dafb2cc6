using Sentinel.Core.Imaging;

namespace Sentinel.Core.Evaluation.Reporting;

/// <summary>An image with a green line along the outer side of its defect, so that the defect itself stays in view.</summary>
internal static class MaskOutline
{
    private const int Thickness = 2;

    /// <summary>A colour copy of the image, fitted into a square.</summary>
    /// <param name="image">The image of the mask.</param>
    /// <param name="mask">As <see cref="DefectMask.Read"/> gives it, not empty.</param>
    /// <param name="side">Side of the square in pixels.</param>
    public static Frame Draw(Frame image, bool[] mask, int side)
    {
        var picture = image.FitInside(side);
        var outlined = new Frame(picture.Width, picture.Height, 3, new ushort[picture.Width * picture.Height * 3]);
        outlined.Paste(picture, 0, 0);
        var marked = Fit(mask, image.Width, image.Height, picture.Width, picture.Height);
        for (var y = 0; y < picture.Height; y++)
        {
            for (var x = 0; x < picture.Width; x++)
            {
                if (!marked[x, y] && IsBeside(marked, x, y))
                {
                    outlined.Fill(x, y, 1, 1, (0, ushort.MaxValue, 0));
                }
            }
        }

        return outlined;
    }

    private static bool IsBeside(bool[,] marked, int x, int y)
    {
        for (var v = Math.Max(0, y - Thickness); v <= Math.Min(marked.GetLength(1) - 1, y + Thickness); v++)
        {
            for (var u = Math.Max(0, x - Thickness); u <= Math.Min(marked.GetLength(0) - 1, x + Thickness); u++)
            {
                if (marked[u, v])
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>The mask at another size, where a cell is marked when any pixel that touches it is: thin cracks stay whole.</summary>
    private static bool[,] Fit(bool[] mask, int width, int height, int toWidth, int toHeight)
    {
        var fitted = new bool[toWidth, toHeight];
        for (var y = 0; y < toHeight; y++)
        {
            for (var x = 0; x < toWidth; x++)
            {
                for (var v = y * height / toHeight; v < Math.Max((y * height / toHeight) + 1, (y + 1) * height / toHeight); v++)
                {
                    for (var u = x * width / toWidth; u < Math.Max((x * width / toWidth) + 1, (x + 1) * width / toWidth); u++)
                    {
                        fitted[x, y] |= mask[(v * width) + u];
                    }
                }
            }
        }

        return fitted;
    }
}
