using System.Runtime.ExceptionServices;
using Sentinel.Core.Imaging;
using Sentinel.Core.Training;
using static TorchSharp.torch;

namespace Sentinel.Pretrain;

/// <summary>
/// Photographs as a training of a product keeps its known-good images. Every other one is taken as grey: three equal colours with equal noise, which
/// is what a grey product's network, made from the colours' by adding them up, will see.
/// </summary>
internal sealed class Photographs
{
    private const int Most = 6000;
    private const int CheckedWith = 60;
    private const double SmallFor = 0.5;

    private static readonly Standardisation _grey = new() { Width = 256, Height = 256, Channels = 1 };
    private static readonly Standardisation _colour = _grey with { Channels = 3 };

    private Photographs(IReadOnlyList<GoodPicture> colour, IReadOnlyList<GoodPicture> grey, IReadOnlyList<GoodPicture> heldOut) =>
        (Colour, Grey, HeldOut) = (colour, grey, heldOut);

    public IReadOnlyList<GoodPicture> Colour { get; }

    public IReadOnlyList<GoodPicture> Grey { get; }

    /// <summary>In colour, not to be learnt from.</summary>
    public IReadOnlyList<GoodPicture> HeldOut { get; }

    /// <exception cref="InvalidDataException">Too few pictures, or one that cannot be read.</exception>
    public static Photographs Read(string folder, int seed)
    {
        var files = PictureFiles.Below(folder);
        if (files.Length < 2 * CheckedWith)
        {
            throw new InvalidDataException($"'{folder}' holds {files.Length} pictures; {2 * CheckedWith} are the fewest.");
        }

        new Random(seed).Shuffle(files);
        var pictures = new GoodPicture[Math.Min(Most, files.Length)];
        try
        {
            Parallel.For(0, pictures.Length, i => pictures[i] = Read(files[i], i < CheckedWith || i % 2 == 0 ? _colour : _grey, seed + i));
        }
        catch (AggregateException faults)
        {
            ExceptionDispatchInfo.Throw(faults.InnerExceptions[0]);
        }

        var learning = pictures.Skip(CheckedWith).ToLookup(picture => picture.Standard.Channels == 1);
        return new Photographs([.. learning[false]], [.. learning[true]], [.. pictures.Take(CheckedWith)]);
    }

    /// <summary>A batch of three channels, half of the time of grey photographs.</summary>
    public SampleBatch Draw(double used, Random random, Generator generator) => Draw(SampleBatch.UsualSize, random, generator);

    /// <summary>Small crops first: more steps, in which noise is learnt.</summary>
    public SampleBatch DrawSmallFirst(double used, Random random, Generator generator) =>
        Draw(used < SmallFor ? SampleBatch.UsualSize / 2 : SampleBatch.UsualSize, random, generator);

    private SampleBatch Draw(int size, Random random, Generator generator) => random.Next(2) == 0
        ? SampleBatch.Draw(Colour, 3, size, random, generator)
        : SampleBatch.Draw(Grey, 1, size, random, generator).InThreeColours();

    private static GoodPicture Read(string file, Standardisation rules, int seed)
    {
        var frame = PictureFiles.Read(file);
        return new GoodPicture(new KnownGoodImage(file, Path.GetFileName(file), "", ImageFile.ReadHeader(file, PictureFiles.Limits)), frame, rules, new Random(seed));
    }
}
