using Sentinel.Core.Detection;
using Sentinel.Core.Imaging;
using Sentinel.Core.Training.Corruption;
using static TorchSharp.torch;

namespace Sentinel.Core.Training;

/// <summary>
/// Good images with defects drawn on them, as the defect head sees them: as many as fit, and then each new one takes the place of the oldest.
/// Like a new image, each is seen through what the images of the other folds show.
/// </summary>
internal sealed class DrawnDefects : IDisposable
{
    private const double SmallestChange = 0.02;
    private const double SmallestCover = 0.3;
    private const double ShareAnywhere = 0.5; // Of the parts; were all around defects, large faint ones would be told apart less well.

    private readonly DetectionModel _model;
    private readonly IReadOnlyList<GoodPicture> _pictures;
    private readonly IReadOnlyList<IReadOnlyList<NormalErrors>> _folds;
    private readonly Random _random;
    private int _drawn;

    /// <param name="model">Its looks say what is seen.</param>
    /// <param name="pictures">Good ones to draw on, in turn; picture i belongs to fold i modulo their number.</param>
    /// <param name="folds">Of each fold and look what the pictures of the others show.</param>
    /// <param name="capacity">How many are kept.</param>
    /// <param name="random">Source of every choice.</param>
    public DrawnDefects(
        DetectionModel model, IReadOnlyList<GoodPicture> pictures, IReadOnlyList<IReadOnlyList<NormalErrors>> folds, int capacity, Random random)
    {
        (_model, _pictures, _folds, _random, Capacity) = (model, pictures, folds, random, capacity);
        Seen = new SeenImages(model.Looks, capacity);
        var finest = model.Looks[^1].Cells;
        Truth = empty(capacity, 1, finest.Height, finest.Width).DetachFromDisposeScope();
    }

    public int Capacity { get; }

    /// <summary>How many there are, the first rows of what follows.</summary>
    public int Count => Math.Min(_drawn, Capacity);

    public SeenImages Seen { get; }

    /// <summary>1 where a cell of the finest look is covered by a defect, else 0: [capacity, 1, h, w].</summary>
    public Tensor Truth { get; }

    /// <summary>A part of an image: every other time somewhere, else with some of its defect in it, if that covers any cell.</summary>
    public Crop CropOf(int row)
    {
        using var scope = NewDisposeScope();
        var (columns, rows) = Seen.Coarsest;
        var scale = (int)Truth.shape[2] / rows;
        var covered = Truth[row, 0].data<float>().ToArray();
        var cells = Enumerable.Range(0, covered.Length).Where(i => covered[i] > 0).ToList();
        if (cells.Count == 0 || _random.NextDouble() < ShareAnywhere)
        {
            return Crop.Anywhere(rows, columns, _random);
        }

        var (y, x) = Math.DivRem(cells[_random.Next(cells.Count)], columns * scale);
        return Crop.Around((y / scale, x / scale), rows, columns, _random);
    }

    public void DrawOne()
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (row, picture) = (_drawn % Capacity, _drawn % _pictures.Count);
        var (image, covered) = Corrupt(_pictures[picture].Standard);
        var comparison = _model.Compare(image);
        Truth[row] = covered[0];
        foreach (var (index, look) in _model.Looks.Index())
        {
            Seen.Put(row, index, _folds[picture % _folds.Count][index].Whitened(look.Raw(comparison)));
        }

        _drawn++;
    }

    public void Dispose()
    {
        Seen.Dispose();
        Truth.Dispose();
    }

    private (StandardImage Image, Tensor Covered) Corrupt(StandardImage good)
    {
        var canvas = Canvas.Over(good);
        Corruptor.OfDefects.Corrupt(canvas, Canvas.Over(_pictures[_random.Next(_pictures.Count)].Standard), _random);
        long[] shape = [1, good.Channels, good.Height, good.Width];
        var change = (tensor(canvas.Samples, shape) - tensor(good.Samples, shape)).abs().amax([1], keepdim: true).gt(SmallestChange).to_type(ScalarType.Float32);
        var covered = nn.functional.adaptive_max_pool2d(nn.functional.avg_pool2d(change, 3, stride: 1, padding: 1), Truth.shape[2..]);
        return (good with { Samples = canvas.Samples }, covered.gt(SmallestCover).to_type(ScalarType.Float32));
    }
}
