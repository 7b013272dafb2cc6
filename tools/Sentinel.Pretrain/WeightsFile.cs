using System.Security.Cryptography;
using Sentinel.Core.Detection.Encoder;
using Sentinel.Core.Detection.Weights;
using static TorchSharp.torch;

namespace Sentinel.Pretrain;

/// <summary>The file that goes into the product.</summary>
internal static class WeightsFile
{
    public const string EncoderFormat = "sentinel.encoder/1";

    /// <summary>Writes it beside its place, renames it, and says its digest.</summary>
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> weights, IReadOnlyDictionary<string, string> facts, StoredAs storage)
    {
        using (var stream = File.Create(path + ".tmp"))
        {
            TensorFile.Write(stream, weights, facts, storage);
        }

        File.Move(path + ".tmp", path, overwrite: true);
        Console.WriteLine($"{path}: SHA-256 {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))}");
    }
}
