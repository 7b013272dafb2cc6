using Sentinel.Core.Detection.Encoder;
using Sentinel.Core.Imaging;
using Sentinel.Core.Models;
using Sentinel.Core.Torch;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Convolution = Sentinel.Core.Torch.Convolution;

namespace Sentinel.Core.Detection;

/// <summary>
/// Everything a model has learnt, in one file: the autoencoder, and for each kind of error what normal images show. To be used on the Torch
/// thread only.
/// </summary>
internal sealed class DetectionModel : Module
{
    private readonly DenoisingAutoencoder _autoencoder;
    private readonly ErrorMap _repair;
    private readonly ErrorMap _quarter;
    private readonly ErrorMap _half;
    private readonly ErrorMap _full;
    private readonly DefectHead _head;
    private readonly Fusion _fusion;
    private readonly GeneralEncoder _encoder;

    public DetectionModel(Architecture architecture, Standardisation rules)
        : base(nameof(DetectionModel))
    {
        Rules = rules;
        _encoder = GeneralEncoder.Load();
        _autoencoder = new DenoisingAutoencoder(rules.Channels, architecture.Width);
        _repair = new ErrorMap(
            "repair", [new PixelError(rules.Channels), new FeatureError(_autoencoder)], rules.Width / Grid.Cell, rules.Height / Grid.Cell);
        _quarter = Appearance("quarter", Look.Quarter);
        _half = Appearance("half", Look.Half);
        _full = Appearance("full", Look.Full);
        _head = new DefectHead([.. Looks.Select(look => look.Channels)]);
        _fusion = new Fusion();
        RegisterComponents();
        register_buffer("grain", full(1, 1e-6f));
        OutliveTheScope();

        ErrorMap Appearance(string name, Look look) => new(
            name, [new EncoderAppearance(_encoder, look)], look.CellsAlong(rules.Width), look.CellsAlong(rules.Height));
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

    /// <summary>The map of errors between image and repair.</summary>
    public ErrorMap Repair => _repair;

    /// <summary>The maps of what the encoder sees, the coarsest first.</summary>
    public IReadOnlyList<ErrorMap> Looks => [_quarter, _half, _full];

    public DefectHead Head => _head;

    public Fusion Fusion => _fusion;

    /// <summary>Every kind of convolution that the model trains or judges with.</summary>
    public IEnumerable<ConvolutionKind> Convolutions =>
    [
        .. modules().OfType<Convolution>().Select(convolution => convolution.Kind), _autoencoder.Corrections, .. _encoder.Convolutions,
        .. Looks.Append(_repair).Select(map => map.Whitening),
    ];

    /// <summary>An image beside its repair.</summary>
    public Comparison Compare(StandardImage image) => new(
        tensor(image.Samples, [1, image.Channels, image.Height, image.Width]),
        input => _autoencoder.call(input).Repaired.clamp(0, 1),
        _encoder);

    /// <summary>How unusual each position is over all kinds of evidence; 1 is the typical peak of a normal image.</summary>
    public AnomalyMap Measure(StandardImage image)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var map = _fusion.Combine(Evidence(Compare(image), _fusion.Uses)).contiguous();
        return new AnomalyMap((int)map.shape[3], (int)map.shape[2], map.data<float>().ToArray());
    }

    /// <summary>Each kind of evidence on the model's grid, [1, 1, h, w].</summary>
    /// <param name="comparison">The image.</param>
    /// <param name="isWanted">Kinds that are not wanted are not measured.</param>
    public Dictionary<EvidenceKind, Tensor> Evidence(Comparison comparison, Func<EvidenceKind, bool> isWanted)
    {
        var evidence = new Dictionary<EvidenceKind, Tensor>();
        if (isWanted(EvidenceKind.Repair))
        {
            evidence[EvidenceKind.Repair] = _repair.Distance(_repair.Deviations(_repair.Raw(comparison))).log();
        }

        if (!isWanted(EvidenceKind.Appearance) && !isWanted(EvidenceKind.Head))
        {
            return evidence;
        }

        var deviations = Looks.Select(look => look.Deviations(look.Raw(comparison))).ToList();
        if (isWanted(EvidenceKind.Appearance))
        {
            evidence[EvidenceKind.Appearance] = Looks.Zip(deviations, (look, seen) => OnGrid(look.Distance(seen))).Aggregate((one, other) => one + other).log();
        }

        if (isWanted(EvidenceKind.Head))
        {
            evidence[EvidenceKind.Head] = OnGrid(_head.call(HeadInput.Of(deviations)));
        }

        return evidence;
    }

    private Tensor OnGrid(Tensor map) => Grid.Resized(map, Rules.Height / Grid.Cell, Rules.Width / Grid.Cell);

    /// <summary>The score of an image is its map's peak. NaN when any value of the map is not a finite number: <c>Max</c> alone would pass over a NaN.</summary>
    public static double ScoreOf(AnomalyMap map) => map.Values.All(float.IsFinite) ? map.Values.Max() : double.NaN;

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
