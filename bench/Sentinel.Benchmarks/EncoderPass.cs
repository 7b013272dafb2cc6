using Sentinel.Core.Detection.Encoder;
using Sentinel.Core.Torch;
using static TorchSharp.torch;

namespace Sentinel.Benchmarks;

/// <summary>The general encoder on one grey image of 256 x 256 pixels, once.</summary>
internal sealed class EncoderPass(TorchThread torch) : IDisposable
{
    private const int Side = 256;

    private readonly GeneralEncoder _encoder = torch.Run(GeneralEncoder.Load);
    private readonly float[] _image = [.. Enumerable.Range(0, Side * Side).Select(i => i % Side / (float)Side)];

    /// <summary>How many maps it gave.</summary>
    public int Take() => torch.Run(() =>
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        return _encoder.Features(tensor(_image, [1, 1, Side, Side])).Count;
    });

    public void Dispose() => torch.Run(() =>
    {
        _encoder.Dispose();
        return true;
    });
}
