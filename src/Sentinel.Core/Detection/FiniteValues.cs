using Sentinel.Core.Torch;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Sentinel.Core.Detection;

/// <summary>
/// Finds values that are infinite or NaN. A sound machine leaves none in a model or in a score; one that computes convolutions wrongly does.
/// </summary>
internal static class FiniteValues
{
    /// <summary>True when every element is a finite number. Minimum and maximum carry a NaN along and take no memory.</summary>
    public static bool AreAllOf(Tensor tensor)
    {
        if (tensor.numel() == 0 || !tensor.is_floating_point())
        {
            return true;
        }

        using var scope = NewDisposeScope();
        return double.IsFinite(Number(tensor.min())) && double.IsFinite(Number(tensor.max()));
    }

    /// <summary>The name of the first parameter or buffer that holds a value that is not finite, or null.</summary>
    public static string? FirstMissingIn(Module module)
    {
        using var inference = inference_mode();
        return module.named_parameters().Select(parameter => (parameter.name, Tensor: (Tensor)parameter.parameter))
            .Concat(module.named_buffers().Select(buffer => (buffer.name, Tensor: buffer.buffer)))
            .Where(named => !AreAllOf(named.Tensor))
            .Select(named => named.name)
            .FirstOrDefault();
    }

    /// <summary>The fault of a machine that computed something else than finite numbers.</summary>
    /// <param name="seen">A clause that says where: <c>The score of the image 'a.png' is not a finite number</c>.</param>
    public static MachineFaultException Fault(string seen) => new(
        MachineFault.NotFinite, $"{seen}: this machine computes wrongly. Run 'sentinel selftest' on it, which says what to look at.");

    private static double Number(Tensor scalar) => scalar.to_type(ScalarType.Float64).item<double>();
}
