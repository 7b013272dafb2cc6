using System.Security.Cryptography;
using Sentinel.Core.Detection.Encoder;
using Sentinel.Core.Detection.Weights;
using static TorchSharp.torch;

namespace Sentinel.Pretrain;

/// <summary>The file that goes into the product.</summary>
internal static class WeightsFile
{
    public const string EncoderFormat = "sentinel.encoder/1";

    /// <summary>Reads what a command wrote, for it to go on from; the tensors belong to the caller's dispose scope.</summary>
    /// <exception cref="InvalidDataException">Not such a file, or the weights of something else.</exception>
    public static (IReadOnlyDictionary<string, Tensor> Weights, IReadOnlyDictionary<string, string> Facts) Read(string path, string format, string whose)
    {
        var (weights, facts) = TensorFile.Read(File.ReadAllBytes(path));
        return facts.GetValueOrDefault("format") == format
            ? (weights, facts)
            : throw new InvalidDataException($"'{path}' does not hold the weights of a {whose} ({format}).");
    }

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
