using System.Security.Cryptography;
using Sentinel.Core.Models;
using static TorchSharp.torch;

namespace Sentinel.Core.Detection.Encoder;

/// <summary>The weights of the <see cref="GeneralEncoder"/> in the assembly, taken only when they are the ones this version was tested with.</summary>
internal static class EncoderWeights
{
    /// <summary>SHA-256 of <c>general-encoder.safetensors</c>. New weights change it: a model that was calibrated with others must not use them.</summary>
    public const string Sha256 = "ee1df161a51dd8b66103b31eac9b1e475a78414d2680625405e4ad8a0a795c86";

    private const string Resource = "general-encoder.safetensors";

    /// <exception cref="ModelUnusableException">They are missing, damaged or others.</exception>
    public static IReadOnlyDictionary<string, Tensor> Shipped()
    {
        using var stream = typeof(EncoderWeights).Assembly.GetManifestResourceStream(Resource)
            ?? throw new ModelUnusableException($"This build of Sentinel lacks '{Resource}'. Install it again.");
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return Read(content, Sha256);
    }

    /// <param name="content">The whole file.</param>
    /// <param name="sha256">What its SHA-256 must be, in lower-case hexadecimal digits.</param>
    /// <returns>32-bit tensors by name, in the caller's dispose scope.</returns>
    /// <exception cref="ModelUnusableException">It is another file, or damaged.</exception>
    public static IReadOnlyDictionary<string, Tensor> Read(ReadOnlySpan<byte> content, string sha256)
    {
        var found = Convert.ToHexStringLower(SHA256.HashData(content));
        return found == sha256
            ? TensorFile.Read(content).Tensors
            : throw new ModelUnusableException(
                $"The encoder's weights '{Resource}' are damaged or of another version: SHA-256 {found[..12]}... instead of {sha256[..12]}.... Install Sentinel again.");
    }
}
