using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Sentinel.Core.Detection;

/// <summary>How much each kind of evidence counts.</summary>
/// <param name="Repair">Errors between the image and its repair.</param>
/// <param name="Appearance">Distance of what the encoder sees from what a position usually shows.</param>
/// <param name="Head">The defect head.</param>
public sealed record EvidenceWeights(double Repair, double Appearance, double Head)
{
    /// <summary>Where there are too few images to choose by: a distance from what few images show is worth less.</summary>
    internal static EvidenceWeights OfFewImages { get; } = new(0, 0.35, 0.65);

    /// <summary>What is worth trying; the first one unless another is clearly better.</summary>
    internal static IReadOnlyList<EvidenceWeights> Choices { get; } =
        [new(0, 0.5, 0.5), OfFewImages, new(0, 1, 0), new(0.2, 0.4, 0.4), new(0.5, 0.5, 0), new(0.5, 0, 0.5), new(1, 0, 0)];

    internal double[] InOrder => [Repair, Appearance, Head];
}

/// <summary>
/// One map from several kinds of evidence. Each is counted in spreads above the typical peak of a normal image, so that the kinds compare, and
/// they are added by weights; the sum is bent to be positive, 1 at the typical peak and linear above. The head is trained to find defects, not to rank
/// what is none: where it sees none it says nothing, and the other kinds tell how unusual a place is.
/// </summary>
internal sealed class Fusion : Module
{
    public const int Kinds = 3;

    private const int HeadKind = 2;

    // In spreads below the typical peak of a normal image.
    private const double HeadSaysNothing = 2;

    // Between 0.3 and 2.7, 0.1 and 0.7, 0.6 and 2.6 on products with 12 to 60 images to measure it by.
    private static readonly double[] _usualSpread = [1.5, 0.4, 1.2];

    public Fusion()
        : base(nameof(Fusion))
    {
        register_buffer("typical", zeros(Kinds));
        register_buffer("spread", ones(Kinds));
        register_buffer("weight", tensor(EvidenceWeights.OfFewImages.InOrder.Select(weight => (float)weight).ToArray()));
    }

    /// <summary>True when this kind counts; what does not count need not be measured.</summary>
    public bool Uses(int kind) => get_buffer("weight")![kind].item<float>() > 0;

    /// <summary>Takes over what peaks of normal images are like, [M] for each kind that may come to count.</summary>
    public void Learn(IReadOnlyDictionary<int, Tensor> peaks)
    {
        using var noGradient = no_grad();
        foreach (var (kind, values) in peaks)
        {
            get_buffer("typical")![kind] = values.mean();
            get_buffer("spread")![kind] = ShrunkSpread.Of(values, _usualSpread[kind]);
        }
    }

    public void Weigh(EvidenceWeights weights)
    {
        using var noGradient = no_grad();
        get_buffer("weight")!.copy_(tensor(weights.InOrder.Select(weight => (float)weight).ToArray()));
    }

    /// <summary>Kinds that are not used may be missing.</summary>
    /// <param name="evidence">By kind, all of one shape.</param>
    public Tensor Combine(IReadOnlyDictionary<int, Tensor> evidence)
    {
        var sum = evidence
            .Select(kind => AboveTypical(kind.Key, kind.Value) * get_buffer("weight")![kind.Key])
            .Aggregate((one, other) => one + other);
        return functional.softplus(sum + 1) / Softplus(1);
    }

    private Tensor AboveTypical(int kind, Tensor value)
    {
        var spreads = (value - get_buffer("typical")![kind]) / get_buffer("spread")![kind];
        return kind == HeadKind ? functional.softplus(spreads + HeadSaysNothing) - Softplus(HeadSaysNothing) : spreads;
    }

    private static double Softplus(double value) => Math.Log(1 + Math.Exp(value));
}
