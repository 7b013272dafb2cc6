using static TorchSharp.torch;

namespace Sentinel.Core.Training;

/// <summary>A part of what is seen of an image, in cells of the coarsest look, so that it is the same part at every look.</summary>
internal readonly record struct Crop(int Top, int Left, int Height, int Width)
{
    /// <summary>A part of half as many rows and columns, somewhere.</summary>
    /// <param name="rows">Of the coarsest look.</param>
    /// <param name="columns">Of the coarsest look.</param>
    /// <param name="random">Where.</param>
    public static Crop Anywhere(int rows, int columns, Random random)
    {
        var (height, width) = (Half(rows), Half(columns));
        return new Crop(random.Next(rows - height + 1), random.Next(columns - width + 1), height, width);
    }

    /// <summary>The same with this cell in it.</summary>
    public static Crop Around((int Row, int Column) cell, int rows, int columns, Random random)
    {
        var (height, width) = (Half(rows), Half(columns));
        return new Crop(Start(cell.Row, height, rows), Start(cell.Column, width, columns), height, width);

        int Start(int cell, int side, int all) => random.Next(Math.Max(0, cell - side + 1), Math.Min(all - side, cell) + 1);
    }

    /// <param name="image">[N, K, h, w], h a multiple of the coarsest look's rows.</param>
    /// <param name="rows">Of the coarsest look.</param>
    public Tensor Of(Tensor image, int rows)
    {
        var scale = image.shape[2] / rows;
        return image.narrow(2, Top * scale, Height * scale).narrow(3, Left * scale, Width * scale);
    }

    private static int Half(int side) => (side + 1) / 2;
}
