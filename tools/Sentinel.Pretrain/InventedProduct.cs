using Sentinel.Core.Imaging;
using Sentinel.Core.Training;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Sentinel.Pretrain;

/// <summary>
/// A product that does not exist: a photograph, a texture, or one in patches of the other. Its parts differ as good ones do: by how they lie, by their light,
/// their grain and the camera's noise, each as much as this product's do.
/// </summary>
/// <remarks>Its tensors belong to the dispose scope it is made in.</remarks>
internal sealed class InventedProduct
{
    private static readonly (int Width, int Height)[] _sizes = [(256, 256), (256, 256), (224, 288), (320, 224), (320, 320)];

    private static readonly KnownGoodImage _source = new("", "invented", "", new ImageHeader(1, 1, 1, 8, ImageFormat.Png));

    private readonly Random _random;
    private readonly Generator _generator;
    private readonly Tensor? _photograph, _patches;
    private readonly SpectralTexture? _texture;
    private readonly float _shift, _turn, _light, _slope, _noise;

    /// <param name="photographs">Files to take one from.</param>
    /// <param name="random">Source of every choice but that of the noise.</param>
    /// <param name="generator">Source of the noise; kept until the last part.</param>
    /// <exception cref="InvalidDataException">The photograph cannot be read.</exception>
    public InventedProduct(IReadOnlyList<string> photographs, Random random, Generator generator)
    {
        var (width, height) = _sizes[random.Next(_sizes.Length)];
        (_random, _generator) = (random, generator);
        Rules = new Standardisation { Width = width, Height = height, Channels = random.Next(2) == 0 ? 1 : 3 };
        (_shift, _turn) = (random.Between(0, 0.03), random.Between(0, 2.5) * MathF.PI / 180);
        (_light, _slope, _noise) = (random.Between(0, 0.1), random.Between(0, 0.1), random.Between(0.5, 4) / 255);
        var (isPhotograph, isTexture) = random.Next(10) switch { < 4 => (true, false), < 7 => (false, true), _ => (true, true) };
        if (isPhotograph)
        {
            var photograph = PictureFiles.Read(photographs[random.Next(photographs.Count)]);
            _photograph = tensor(Rules.Standardise(photograph).Samples, [Rules.Channels, height, width]);
        }

        if (isTexture)
        {
            _texture = new SpectralTexture(width, height, Rules.Channels, random, generator);
        }

        if (isPhotograph && isTexture)
        {
            _patches = SpectralTexture.Patches(width, height, random, generator).unsqueeze(0);
        }
    }

    /// <summary>How its parts are standardised: they are drawn at that size.</summary>
    public Standardisation Rules { get; }

    /// <summary>Another good part.</summary>
    public GoodPicture NextPart()
    {
        using var scope = NewDisposeScope();
        var part = _patches is not null ? Mixed(_photograph!, _texture!, _patches) : _photograph is not null ? Laid(_photograph) : _texture!.Piece();
        return new GoodPicture(_source, ToFrame(Lit(part)), Rules, _random);
    }

    private Tensor Mixed(Tensor photograph, SpectralTexture texture, Tensor patches)
    {
        var laid = Laid(cat([photograph, patches], 0));
        var (shown, covered) = (laid.narrow(0, 0, Rules.Channels), laid.narrow(0, Rules.Channels, 1));
        return shown * covered + texture.Piece() * (1 - covered);
    }

    /// <summary>As it lies before the camera: shifted, turned, a little nearer or farther; [C, h, w].</summary>
    private Tensor Laid(Tensor part)
    {
        var (angle, scale, proportion) = (_random.Between(-_turn, _turn), 1 + _random.Between(-0.01, 0.01), (float)Rules.Height / Rules.Width);
        var (cosine, sine) = (MathF.Cos(angle) * scale, MathF.Sin(angle) * scale);
        var place = tensor(
            new[] { cosine, -sine * proportion, _random.Between(-_shift, _shift), sine / proportion, cosine, _random.Between(-_shift, _shift) }, [1, 2, 3]);
        var grid = functional.affine_grid(place, [1, part.shape[0], Rules.Height, Rules.Width], align_corners: false);
        return functional.grid_sample(part.unsqueeze(0), grid, padding_mode: GridSamplePaddingMode.Reflection, align_corners: false)[0];
    }

    /// <summary>In today's light, which may fall from a side, with the camera's noise.</summary>
    private Tensor Lit(Tensor part)
    {
        var aside = linspace(-1, 1, Rules.Width).view(1, 1, -1) * _random.Between(-_slope, _slope);
        var above = linspace(-1, 1, Rules.Height).view(1, -1, 1) * _random.Between(-_slope, _slope);
        return part * (1 + _random.Between(-_light, _light) + aside + above) + randn(part.shape, generator: _generator) * _noise;
    }

    private static Frame ToFrame(Tensor part)
    {
        var samples = (part.clamp(0, 1) * 255).round().permute(1, 2, 0).contiguous().data<float>();
        return new Frame((int)part.shape[2], (int)part.shape[1], (int)part.shape[0], [.. samples.Select(value => (ushort)(value * 257))]);
    }
}
