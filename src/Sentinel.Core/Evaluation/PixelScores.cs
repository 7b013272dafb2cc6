using System.Runtime.InteropServices;

namespace Sentinel.Core.Evaluation;

/// <summary>
/// The scores of all pixels of many images, good and defective, gathered image by image. Takes 4 bytes per good and 8 bytes per defective
/// pixel, and once more that when the figures are drawn.
/// </summary>
public sealed class PixelScores
{
    private readonly List<float[]> _good = [];
    private readonly List<float> _defective = [];
    private readonly List<int> _partOfDefective = [];
    private readonly List<int> _partSizes = [];

    /// <summary>Adds one image: its map and its mask, both <paramref name="width"/> pixels wide, row by row. A mask may be empty (a good image).</summary>
    /// <exception cref="ArgumentException">Map and mask differ in size, or a score is not a number.</exception>
    public void Add(ReadOnlySpan<float> map, ReadOnlySpan<bool> mask, int width)
    {
        if (map.Length != mask.Length || width <= 0 || map.Length % width != 0)
        {
            throw new ArgumentException($"A map of {map.Length} pixels and a mask of {mask.Length} are not one image {width} pixels wide.");
        }

        var (parts, sizes) = ConnectedComponents.Of(mask, width);
        var good = new List<float>(map.Length);
        for (var i = 0; i < map.Length; i++)
        {
            if (float.IsNaN(map[i]))
            {
                throw new ArgumentException("A score of a pixel is not a number.", nameof(map));
            }

            if (parts[i] < 0)
            {
                good.Add(map[i]);
            }
            else
            {
                _defective.Add(map[i]);
                _partOfDefective.Add(_partSizes.Count + parts[i]);
            }
        }

        _good.Add([.. good]);
        _partSizes.AddRange(sizes);
    }

    /// <summary>AUROC, average precision and AUPRO (limit 0.3) over all pixels of all images together.</summary>
    /// <exception cref="ArgumentException">No pixel is defective, or none is good.</exception>
    public PixelFigures Figures()
    {
        var good = new float[_good.Sum(part => part.LongLength)];
        var at = 0;
        foreach (var part in _good)
        {
            part.CopyTo(good, at);
            at += part.Length;
        }

        if (good.Length == 0 || _defective.Count == 0)
        {
            throw new ArgumentException("The masks mark no pixel, or every pixel; the figures compare good with defective pixels and need both.");
        }

        Array.Sort(good);
        var defective = _defective.ToArray();
        var parts = _partOfDefective.ToArray();
        Array.Sort(defective, parts);
        return new PixelFigures(
            RocCurve.AreaOfSorted(good, defective),
            PrecisionRecallCurve.AveragePrecisionOfSorted(good, defective),
            RegionOverlap.AreaOfSorted(good, defective, parts, CollectionsMarshal.AsSpan(_partSizes)));
    }
}

/// <summary>How well maps show where defects are, each 0..1.</summary>
/// <param name="Auroc">Area under the ROC curve over pixels.</param>
/// <param name="Ap">Average precision over pixels.</param>
/// <param name="Aupro">Area under the per-region overlap curve up to a false-alarm rate of 0.3.</param>
public sealed record PixelFigures(double Auroc, double Ap, double Aupro);
