using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Sentinel.Core.Detection;

/// <summary>
/// Brightness and two differences of colours in the place of red, green and blue, [N, 3, H, W] each. The three colours of an image are nearly the same
/// picture; seen as they are, their differences, where noise is easiest to tell, drown in it, and training hardly begins.
/// </summary>
internal sealed class ColourAxes : Module
{
    /// <summary>What a change of brightness by 1 changes each colour by.</summary>
    public const double BrightnessBack = 0.57735026918962576;

    private const double DifferencesSeen = 2;

    private static readonly double[,] _axes =
    {
        { BrightnessBack, BrightnessBack, BrightnessBack },
        { 0.70710678118654752, 0, -0.70710678118654752 },
        { 0.40824829046386302, -0.81649658092772603, 0.40824829046386302 },
    };

    public ColourAxes()
        : base(nameof(ColourAxes))
    {
        using var scope = NewDisposeScope();
        using var axes = tensor(_axes, dtype: ScalarType.Float32);
        var seen = axes * tensor(new double[] { BrightnessBack, DifferencesSeen, DifferencesSeen }, dtype: ScalarType.Float32).unsqueeze(1);

        // Of the module's own life, not of the scope's in which it is made: a model is loaded in one piece of work and used in many.
        register_buffer("along", seen.transpose(0, 1).contiguous().DetachFromDisposeScope(), persistent: false);
        register_buffer("back", axes.clone().DetachFromDisposeScope(), persistent: false);
    }

    /// <summary>Brightness as the mean of the colours, the differences twice as large as they are.</summary>
    public Tensor Along(Tensor colours) => Turned(colours, get_buffer("along")!);

    /// <summary>Changes along the axes, of unit length, to changes of the colours.</summary>
    public Tensor Back(Tensor changes) => Turned(changes, get_buffer("back")!);

    /// <summary>Each pixel's three values times a matrix: [N, 3, H, W] to the same shape.</summary>
    private static Tensor Turned(Tensor values, Tensor matrix) => values.permute(0, 2, 3, 1).matmul(matrix).permute(0, 3, 1, 2);
}
