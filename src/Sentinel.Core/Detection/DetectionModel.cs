using Sentinel.Core.Detection.Encoder;
using Sentinel.Core.Imaging;
using Sentinel.Core.Models;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Sentinel.Core.Detection;

/// <summary>
/// Everything a model has learnt, in one file: the autoencoder, and for each kind of error what normal images show. To be used on the Torch
/// thread only.
/// </summary>
internal sealed class DetectionModel : Module
{
    private readonly DenoisingAutoencoder _autoencoder;
    private readonly ErrorMap _repair;
    private readonly ErrorMap _appearance;
    private readonly GeneralEncoder _encoder;

    public DetectionModel(Architecture architecture, Standardisation rules)
        : base(nameof(DetectionModel))
    {
        Rules = rules;
        _encoder = GeneralEncoder.Load();
        _autoencoder = new DenoisingAutoencoder(rules.Channels, architecture.Width);
        var (width, height) = (rules.Width / Grid.Cell, rules.Height / Grid.Cell);
        _repair = new ErrorMap("repair", [new PixelError(rules.Channels), new FeatureError(_autoencoder)], architecture.RepairDirections, width, height);
        _appearance = new ErrorMap("appearance", [new EncoderAppearance(_encoder)], architecture.AppearanceDirections, width, height);
        RegisterComponents();
        register_buffer("grain", full(1, 1e-6f));
        OutliveTheScope();
    }

    public DenoisingAutoencoder Autoencoder => _autoencoder;

    public Standardisation Rules { get; }

    /// <summary>What the denoiser takes out of good images at most places, root mean square, 0..1.</summary>
    public double Grain
    {
        get => get_buffer("grain")!.item<float>();
        set
        {
            using var noGradient = no_grad();
            get_buffer("grain")!.fill_((float)value);
        }
    }

    public IReadOnlyList<ErrorMap> Maps => [_repair, _appearance];

    /// <summary>An image beside its repair.</summary>
    public Comparison Compare(StandardImage image)
    {
        var input = tensor(image.Samples, [1, image.Channels, image.Height, image.Width]);
        return new Comparison(input, _autoencoder.call(input).Repaired.clamp(0, 1), _encoder);
    }

    /// <summary>How unusual each position is over all kinds of error; 1 is the typical peak of a normal image.</summary>
    public AnomalyMap Measure(StandardImage image)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var comparison = Compare(image);
        var distance = stack([.. Maps.Select(map => map.Distance(comparison))], 0).mean([0]).sqrt().contiguous();
        return new AnomalyMap((int)distance.shape[3], (int)distance.shape[2], distance.data<float>().ToArray());
    }

    /// <summary>The score of an image is its map's peak.</summary>
    public static double ScoreOf(AnomalyMap map) => map.Values.Max();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _encoder.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>A model is loaded in one piece of work and used in many: the scope of the first must not take its tensors along.</summary>
    private void OutliveTheScope()
    {
        foreach (var tensor in parameters().Concat(buffers()))
        {
            tensor.DetachFromDisposeScope();
        }
    }
}
