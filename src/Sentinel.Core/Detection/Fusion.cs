using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Sentinel.Core.Detection;

/// <summary>What speaks for a defect at a position.</summary>
internal enum EvidenceKind
{
    /// <summary>The error between the image and its repair.</summary>
    Repair,

    /// <summary>The distance of what the encoder sees from what the position usually shows.</summary>
    Appearance,

    /// <summary>The defect head.</summary>
    Head,
}

/// <summary>How much each kind of evidence counts.</summary>
/// <param name="Repair">Errors between the image and its repair.</param>
/// <param name="Appearance">Distance of what the encoder sees from what a position usually shows.</param>
/// <param name="Head">The defect head.</param>
public sealed record EvidenceWeights(double Repair, double Appearance, double Head)
{
    /// <summary>What is best on most products, and taken unless another is clearly better.</summary>
    internal static EvidenceWeights Usual { get; } = new(0, 0.35, 0.65);

    /// <summary>What else is worth trying.</summary>
    internal static IReadOnlyList<EvidenceWeights> Others { get; } =
        [new(0, 0.5, 0.5), new(0, 1, 0), new(0.2, 0.4, 0.4), new(0.5, 0.5, 0), new(0.5, 0, 0.5), new(1, 0, 0)];

    internal double Of(EvidenceKind kind) => kind switch
    {
        EvidenceKind.Repair => Repair,
        EvidenceKind.Appearance => Appearance,
        _ => Head,
    };
}

/// <summary>
/// One map from several kinds of evidence. Each is counted in spreads above the typical peak of a normal image, so that the kinds compare, and
/// they are added by weights; the sum is bent to be positive, 1 at the typical peak and linear above. The head is trained to find defects, not to rank
/// what is none: where it sees none it says nothing, and the other kinds tell how unusual a place is.
/// </summary>
internal sealed class Fusion : Module
{
    // In spreads below the typical peak of a normal image.
    private const double HeadSaysNothing = 2;

    private static readonly EvidenceKind[] _kinds = Enum.GetValues<EvidenceKind>();

    public Fusion()
        : base(nameof(Fusion))
    {
        register_buffer("typical", zeros(_kinds.Length));
        register_buffer("spread", ones(_kinds.Length));
        register_buffer("weight", zeros(_kinds.Length));
        Weigh(EvidenceWeights.Usual);
    }

    /// <summary>True when this kind counts; what does not count need not be measured.</summary>
    public bool Uses(EvidenceKind kind) => Buffer("weight", kind).item<float>() > 0;

    /// <summary>Takes over what peaks of normal images are like, [M] for each kind that may come to count.</summary>
    public void Learn(IReadOnlyDictionary<EvidenceKind, Tensor> peaks)
    {
        using var noGradient = no_grad();
        foreach (var (kind, values) in peaks)
        {
            Buffer("typical", kind).copy_(values.mean());
            Buffer("spread", kind).copy_(ShrunkSpread.Of(values, UsualSpread(kind)));
        }
    }

    public void Weigh(EvidenceWeights weights)
    {
        using var noGradient = no_grad();
        foreach (var kind in _kinds)
        {
            Buffer("weight", kind).fill_((float)weights.Of(kind));
        }
    }

    /// <summary>Kinds that are not used may be missing, and are left out: an error of exactly nothing has a logarithm of minus infinity, and 0 times that is no number.</summary>
    /// <param name="evidence">By kind, all of one shape.</param>
    public Tensor Combine(IReadOnlyDictionary<EvidenceKind, Tensor> evidence)
    {
        var sum = evidence.Where(kind => Uses(kind.Key)).Select(kind => AboveTypical(kind.Key, kind.Value) * Buffer("weight", kind.Key)).Aggregate((one, other) => one + other);
        return functional.softplus(sum + 1) / Softplus(1);
    }

    // Between 0.3 and 2.7, 0.1 and 0.7, 0.6 and 2.6 on products with 12 to 60 images to measure it by.
    private static double UsualSpread(EvidenceKind kind) => kind switch
    {
        EvidenceKind.Repair => 1.5,
        EvidenceKind.Appearance => 0.4,
        _ => 1.2,
    };

    private static double Softplus(double value) => Math.Log(1 + Math.Exp(value));

    private Tensor AboveTypical(EvidenceKind kind, Tensor value)
    {
        var spreads = (value - Buffer("typical", kind)) / Buffer("spread", kind);
        return kind is EvidenceKind.Head ? functional.softplus(spreads + HeadSaysNothing) - Softplus(HeadSaysNothing) : spreads;
    }

    private Tensor Buffer(string name, EvidenceKind kind) => get_buffer(name)![(int)kind];
}
