using Sentinel.Core.Imaging;
using Sentinel.Core.Models;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Sentinel.Core.Detection;

/// <summary>
/// Everything a model has learnt, in one file: the autoencoder, the projection of its errors and what errors normal images show. To be
/// used on the Torch thread only.
/// </summary>
internal sealed class DetectionModel : Module
{
    private readonly DenoisingAutoencoder _autoencoder;

    private readonly IErrorSource[] _errorSources;

    public DetectionModel(Architecture architecture, Standardisation rules)
        : base(nameof(DetectionModel))
    {
        Rules = rules;
        _autoencoder = new DenoisingAutoencoder(rules.Channels, architecture.Width);
        _errorSources = [new PixelError(rules.Channels), new FeatureError(_autoencoder)];
        RegisterComponents();
        var positions = GridWidth * GridHeight;
        register_buffer("projection", zeros(_errorSources.Sum(source => source.Channels), architecture.Directions));
        register_buffer("mean", zeros(positions, architecture.Directions));
        register_buffer("whitening", zeros(positions, architecture.Directions, architecture.Directions));
        OutliveTheScope();
    }

    public DenoisingAutoencoder Autoencoder => _autoencoder;

    public Standardisation Rules { get; }

    /// <summary>[K, D]</summary>
    public Tensor Projection => get_buffer("projection")!;

    /// <summary>The distribution of projected errors on normal images.</summary>
    public NormalErrors Normal
    {
        get => new(get_buffer("mean")!, get_buffer("whitening")!);
        set
        {
            using var noGradient = no_grad();
            Normal.Mean.copy_(value.Mean);
            Normal.Whitening.copy_(value.Whitening);
        }
    }

    private int GridWidth => Rules.Width / Grid.Cell;

    private int GridHeight => Rules.Height / Grid.Cell;

    /// <summary>Raw errors of one standardised image against its repair, [1, K, h, w].</summary>
    public Tensor Errors(StandardImage image)
    {
        var input = tensor(image.Samples, [1, image.Channels, image.Height, image.Width]);
        var repaired = Autoencoder.call(input).Repaired.clamp(0, 1);
        return cat([.. _errorSources.Select(source => source.Measure(input, repaired))], 1);
    }

    /// <summary>Projected errors of one standardised image, [P, 1, D].</summary>
    public Tensor ProjectedErrors(StandardImage image) => ErrorProjection.Apply(Projection, Errors(image));

    /// <summary>The distance of each position from normal, smoothed over its neighbours; about 1 on normal images.</summary>
    public AnomalyMap Measure(StandardImage image)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var distance = Normal.Distance(ProjectedErrors(image)).reshape(1, 1, GridHeight, GridWidth);
        var smoothed = functional.avg_pool2d(distance, 3, stride: 1, padding: 1, count_include_pad: false);
        return new AnomalyMap(GridWidth, GridHeight, smoothed.contiguous().data<float>().ToArray());
    }

    /// <summary>The score of an image is its map's peak.</summary>
    public static double ScoreOf(AnomalyMap map) => map.Values.Max();

    /// <summary>A model is loaded in one piece of work and used in many: the scope of the first must not take its tensors along.</summary>
    private void OutliveTheScope()
    {
        foreach (var tensor in parameters().Concat(buffers()))
        {
            tensor.DetachFromDisposeScope();
        }
    }
}
