using static TorchSharp.torch;

namespace Sentinel.Core.Detection;

/// <summary>
/// One way of comparing an image with its repair. Whatever it compares, pixels or features, it answers in the same kind: channels of
/// error on the model's grid, which are then judged together by what each position shows on normal images.
/// </summary>
internal interface IErrorSource
{
    /// <param name="input">Standardised images, [N, C, H, W].</param>
    /// <param name="repaired">Their repairs, same shape.</param>
    /// <returns>[N, K, H / <see cref="Grid.Cell"/>, W / <see cref="Grid.Cell"/>].</returns>
    Tensor Measure(Tensor input, Tensor repaired);
}
