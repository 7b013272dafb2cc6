using static TorchSharp.torch;

namespace Sentinel.Core.Detection;

/// <summary>
/// One way of comparing an image with what it should be. Whatever it compares, pixels or features, it answers in the same kind: channels of
/// error on the model's grid, which an <see cref="ErrorMap"/> judges by what each position shows on normal images.
/// </summary>
internal interface IErrorSource
{
    /// <summary>K, the number of error channels.</summary>
    int Channels { get; }

    /// <returns>[1, K, H / <see cref="Grid.Cell"/>, W / <see cref="Grid.Cell"/>].</returns>
    Tensor Measure(Comparison comparison);
}
