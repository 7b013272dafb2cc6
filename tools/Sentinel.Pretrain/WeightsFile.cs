using System.Security.Cryptography;
using Sentinel.Core.Detection.Encoder;
using Sentinel.Core.Detection.Weights;
using static TorchSharp.torch;

namespace Sentinel.Pretrain;

/// <summary>The file that goes into the product, as 16-bit floats.</summary>
internal static class WeightsFile
{
    public const string EncoderFormat = "sentinel.encoder/1";

    /// <summary>Writes it beside its place, renames it, and says its digest.</summary>
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> weights, IReadOnlyDictionary<string, string> facts)
    {
        using (var stream = File.Create(path + ".tmp"))
        {
            TensorFile.Write(stream, weights, facts, halved: true);
        }

        File.Move(path + ".tmp", path, overwrite: true);
        Console.WriteLine($"{path}: SHA-256 {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))}");
    }
}
