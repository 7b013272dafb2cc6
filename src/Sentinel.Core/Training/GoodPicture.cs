using Sentinel.Core.Drift;
using Sentinel.Core.Imaging;
using Sentinel.Core.Training.Corruption;

namespace Sentinel.Core.Training;

/// <summary>
/// One known-good image as training needs it, kept small: whole as it is standardised, which is what is judged, and a piece of it
/// at the camera's own resolution, which is what is denoised.
/// </summary>
internal sealed class GoodPicture
{
    private const int LargestPiece = 320;

    // Light normalisation may lead a little beyond 0..1; 16 bits over -1..2 keep steps of 5e-5.
    private const float Lowest = -1;
    private const float Steps = 65535f / 3;

    private readonly Planes<ushort> _standard;
    private readonly Planes<byte> _piece;

    public GoodPicture(KnownGoodImage source, Frame frame, Standardisation rules, Random random)
    {
        Source = source;
        Inputs = InputMeasures.Of(frame);
        IsGrey = frame.IsGrey;
        var standard = rules.Standardise(frame);
        _standard = new Planes<ushort>(
            standard.Width, standard.Height, standard.Channels, [.. standard.Samples.Select(value => (ushort)((value - Lowest) * Steps + 0.5f))]);
        _piece = Piece(frame, rules.Channels, random);
    }

    public KnownGoodImage Source { get; }

    /// <summary>What its camera and light did.</summary>
    public InputMeasures Inputs { get; }

    public bool IsGrey { get; }

    public StandardImage Standard =>
        new(_standard.Width, _standard.Height, _standard.Channels, [.. _standard.Samples.Select(value => value / Steps + Lowest)]);

    /// <summary>Of what is kept at the camera's resolution, pixels.</summary>
    public int ShorterNativeSide => Math.Min(_piece.Width, _piece.Height);

    /// <summary>A random square of the standardised image.</summary>
    public Canvas CutStandard(int size, Random random) => _standard.Cut(size, random, value => Math.Clamp(value / Steps + Lowest, 0f, 1f));

    /// <summary>A random square at the camera's resolution; mirrored at the edges where the image is smaller.</summary>
    public Canvas CutNative(int size, Random random) => _piece.Cut(size, random, value => value / 255f);

    private static Planes<byte> Piece(Frame frame, int channels, Random random)
    {
        var (width, height) = (Math.Min(LargestPiece, frame.Width), Math.Min(LargestPiece, frame.Height));
        var (left, top) = (random.Next(frame.Width - width + 1), random.Next(frame.Height - height + 1));
        var samples = new byte[channels * width * height];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var pixel = ((long)(top + y) * frame.Width + left + x) * frame.Channels;
                for (var c = 0; c < channels; c++)
                {
                    // A grey model learns the grain of one colour of a colour file; a colour model sees grey three times.
                    samples[(c * height + y) * width + x] = (byte)(frame.Samples[pixel + Math.Min(c, frame.Channels - 1)] >> 8);
                }
            }
        }

        return new Planes<byte>(width, height, channels, samples);
    }

    private sealed record Planes<T>(int Width, int Height, int Channels, T[] Samples)
    {
        public Canvas Cut(int size, Random random, Func<T, float> widen)
        {
            var (left, top) = (random.Next(Math.Max(1, Width - size + 1)), random.Next(Math.Max(1, Height - size + 1)));
            var samples = new float[Channels * size * size];
            for (var c = 0; c < Channels; c++)
            {
                for (var y = 0; y < size; y++)
                {
                    var row = (c * Height + FrameTiles.Mirror(top + y, Height)) * Width;
                    var target = (c * size + y) * size;
                    for (var x = 0; x < size; x++)
                    {
                        samples[target + x] = widen(Samples[row + FrameTiles.Mirror(left + x, Width)]);
                    }
                }
            }

            return new Canvas(size, size, Channels, samples);
        }
    }
}
