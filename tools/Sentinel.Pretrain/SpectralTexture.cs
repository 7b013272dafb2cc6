using Sentinel.Core.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Sentinel.Pretrain;

/// <summary>A random texture: noise with a spectrum, direction, contrast and colour of its own. Two pieces of it are alike and never the same.</summary>
/// <remarks>Its tensors belong to the dispose scope it is made in.</remarks>
internal sealed class SpectralTexture
{
    private readonly Generator _generator;
    private readonly Tensor _filter, _colour, _tint;
    private readonly float _contrast, _coarse;
    private readonly int _shape;
    private readonly bool _isOfTwo;

    public SpectralTexture(int width, int height, int channels, Random random, Generator generator)
    {
        _generator = generator;
        _filter = Spectrum(width, height, falling: random.Between(0.6, 2.4), from: random.Between(2, 24), random);
        (_colour, _tint) = (rand(channels, 1, 1, generator: generator) * 0.6 + 0.2, 1 + randn(channels, 1, 1, generator: generator) * 0.15);
        (_contrast, _coarse) = (random.Between(0.03, 0.2), random.Between(0.3, 1));
        (_shape, _isOfTwo) = (random.Next(4), random.Next(2) == 0);
    }

    /// <summary>Another piece, [channels, height, width], about 0..1.</summary>
    public Tensor Piece()
    {
        var noise = Noise(_filter, _generator);
        var shaped = _shape switch
        {
            1 => tanh(noise * 2), // patches
            2 => noise.abs() * 1.3 - 1, // creases
            3 => functional.relu(noise) - 0.4, // grains
            _ => noise,
        };
        var mixed = _isOfTwo ? shaped * _coarse + Noise(_filter, _generator) * (1 - _coarse) : shaped;
        return _colour + mixed.unsqueeze(0) * _contrast * _tint;
    }

    /// <summary>Smooth patches that take half of the area, 0..1 with soft edges, [height, width].</summary>
    public static Tensor Patches(int width, int height, Random random, Generator generator)
    {
        const int Smoothing = 31;
        var noise = Noise(Spectrum(width, height, falling: random.Between(0.6, 2.4), from: 3, random), generator);
        var smooth = functional.avg_pool2d(noise.view(1, 1, height, width), Smoothing, stride: 1, padding: Smoothing / 2)[0, 0];
        return ((smooth - smooth.median()) / smooth.std() * 6).sigmoid();
    }

    /// <summary>How strong each frequency is: even up to one, falling from there on, and falling faster across a direction.</summary>
    private static Tensor Spectrum(int width, int height, double falling, double from, Random random)
    {
        var angle = random.Between(0, Math.PI);
        var across = random.Next(2) == 0 ? 1 : random.Between(1, 8);
        var (rows, columns) = (fft.fftfreq(height).view(height, 1) * height, fft.fftfreq(width).view(1, width) * width);
        var along = columns * Math.Cos(angle) + rows * Math.Sin(angle);
        var over = (rows * Math.Cos(angle) - columns * Math.Sin(angle)) * across;
        return (along.square() + over.square() + from * from).pow(-falling / 2);
    }

    private static Tensor Noise(Tensor filter, Generator generator)
    {
        var noise = fft.ifft2(fft.fft2(randn(filter.shape, generator: generator).to_type(ScalarType.ComplexFloat32)) * filter).real;
        return noise / noise.std();
    }
}
