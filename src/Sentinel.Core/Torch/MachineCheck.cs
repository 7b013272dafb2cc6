using static TorchSharp.torch;

namespace Sentinel.Core.Torch;

/// <summary>
/// What this process knows of how its machine convolves. Every kind of convolution is checked once, before a model is trained or used.
/// </summary>
public static class MachineCheck
{
    private static readonly Lock _one = new();
    private static readonly HashSet<(ConvolutionKind Kind, ScalarType Precision, bool Gradients)> _checked = [];
    private static readonly List<WrongConvolution> _wrong = [];

    /// <summary>Convolutions that are wrong in bfloat16, in words; trainings compute in single precision while there are any.</summary>
    public static IReadOnlyList<string> WrongInBfloat16 => [.. WrongIn(ScalarType.BFloat16).Select(wrong => wrong.ToString())];

    /// <summary>What trainings compute in, as far as was found: <c>bfloat16</c> or <c>single precision</c>.</summary>
    public static string Precision => Precisions.NameOf(Torch.Precision.Auto.ToScalarType());

    /// <summary>
    /// Checks those that were not checked yet. What is wrong in bfloat16 is noted; what is wrong in single precision ends it. On the Torch thread.
    /// </summary>
    /// <param name="kinds">Convolutions that are going to be computed.</param>
    /// <param name="forTraining">Whether gradients are needed, and bfloat16 where the processor has it.</param>
    /// <exception cref="MachineFaultException">A convolution is wrong in single precision: nothing can be computed on this machine.</exception>
    internal static void Pass(IEnumerable<ConvolutionKind> kinds, bool forTraining)
    {
        var all = kinds.ToList();
        var wrong = Check(all, ScalarType.Float32, forTraining);
        if (forTraining && Processor.HasBfloat16)
        {
            Check(all, ScalarType.BFloat16, forTraining);
        }

        if (wrong.Count > 0)
        {
            throw Fault(wrong);
        }
    }

    /// <summary>The fault of a machine with wrong convolutions: what was seen, and what to do.</summary>
    internal static MachineFaultException Fault(IReadOnlyList<WrongConvolution> wrong) => new(
        MachineFault.WrongConvolution, $"{Seen(wrong)} Sentinel neither trains nor inspects on it. Pass the processor of the host on to the virtual machine (cpu mode 'host-passthrough'), or take another kind of machine; then run 'sentinel selftest'.");

    /// <summary>The same, where single precision is right.</summary>
    internal static MachineFaultException FaultInBfloat16(IReadOnlyList<WrongConvolution> wrong) => new(
        MachineFault.WrongConvolution, $"{Seen(wrong)} Trainings compute in single precision on it, which takes up to twice as long. Nothing else need be done.");

    private static string Seen(IReadOnlyList<WrongConvolution> wrong) =>
        $"This machine computes convolutions wrongly: {wrong[0]}{(wrong.Count > 1 ? $" and {wrong.Count - 1} more" : "")}."
        + (Processor.ReportsCaches ? "" : " Its processor does not report its cache sizes, as on some virtual machines.");

    /// <summary>Checks those that were not checked yet, and says of all that ever were what is wrong in this precision. On the Torch thread.</summary>
    internal static IReadOnlyList<WrongConvolution> Check(IEnumerable<ConvolutionKind> kinds, ScalarType precision, bool gradients)
    {
        lock (_one)
        {
            foreach (var kind in kinds.Where(kind => !_checked.Contains((kind, precision, gradients))).ToList())
            {
                _wrong.AddRange(new ConvolutionCheck().Run([kind], precision, gradients));
                _checked.Add((kind, precision, gradients));
            }
        }

        return WrongIn(precision);
    }

    private static List<WrongConvolution> WrongIn(ScalarType precision)
    {
        lock (_one)
        {
            return [.. _wrong.Where(convolution => convolution.Precision == precision).DistinctBy(convolution => convolution.Kind)];
        }
    }
}
