using System.Security.Cryptography;
using Sentinel.Core.Models;
using static TorchSharp.torch;

namespace Sentinel.Core.Detection.Weights;

/// <summary>Weights in the assembly, made once by <c>Sentinel.Pretrain</c> and taken only when they are the ones this version was tested with.</summary>
/// <param name="Resource">Name of the file, in safetensors layout.</param>
/// <param name="Sha256">Of the whole file, in lower-case hexadecimal digits.</param>
internal sealed record ShippedWeights(string Resource, string Sha256)
{
    /// <summary>What any picture looks like. A model that was calibrated with other weights must not use these.</summary>
    public static ShippedWeights Encoder { get; } = new("general-encoder.safetensors", "acda15b47ff5ba6ad877d8223070c9619a4f13eb88b9ba247ca9d42b687342c0");

    /// <summary>How any photograph is denoised: where the training of every product's autoencoder begins. A model keeps what became of them.</summary>
    public static ShippedWeights Denoiser { get; } = new("general-denoiser.safetensors", "39c1038aea6847e81613a152f51f2758dfdc668e6b78d44176e64804d9f5ec09");

    /// <summary>What defects look like on products that were invented for it: where the training of every product's defect head begins.</summary>
    public static ShippedWeights Head { get; } = new("general-head.safetensors", "179e3169fdc87823a4b3993ae128a6f2baea9471177b24f42a4755f4bc02cec8");

    /// <returns>32-bit tensors by name, in the caller's dispose scope.</returns>
    /// <exception cref="ModelUnusableException">They are missing, damaged or others.</exception>
    public IReadOnlyDictionary<string, Tensor> Load()
    {
        using var stream = typeof(ShippedWeights).Assembly.GetManifestResourceStream(Resource)
            ?? throw new ModelUnusableException($"This build of Sentinel lacks '{Resource}'. Install it again.");
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return Read(content);
    }

    /// <param name="content">The whole file.</param>
    /// <returns>32-bit tensors by name, in the caller's dispose scope.</returns>
    /// <exception cref="ModelUnusableException">It is another file, or damaged.</exception>
    public IReadOnlyDictionary<string, Tensor> Read(ReadOnlySpan<byte> content)
    {
        var found = Convert.ToHexStringLower(SHA256.HashData(content));
        return found == Sha256
            ? TensorFile.Read(content).Tensors
            : throw new ModelUnusableException(
                $"The weights '{Resource}' are damaged or of another version: SHA-256 {found[..12]}... instead of {Sha256[..12]}.... Install Sentinel again.");
    }
}
