using System.Security.Cryptography;
using Sentinel.Core.Detection.Encoder;
using Sentinel.Core.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Sentinel.Core.Tests.Detection.Encoder;

public sealed class EncoderWeightsTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    [Fact]
    public void The_weights_in_the_assembly_are_those_the_source_names_and_fit_in_two_megabytes()
    {
        var content = Shipped();

        Convert.ToHexStringLower(SHA256.HashData(content)).ShouldBe(EncoderWeights.Sha256);
        content.Length.ShouldBeLessThan(2_000_000);
    }

    [Fact]
    public void One_changed_bit_is_refused_and_the_message_names_the_file()
    {
        var content = Shipped();
        content[content.Length / 2] ^= 0x10;

        var refusal = Should.Throw<ModelUnusableException>(() => EncoderWeights.Read(content, EncoderWeights.Sha256));

        refusal.Message.ShouldContain("general-encoder.safetensors");
        refusal.Message.ShouldContain("damaged or of another version");
    }

    [Fact]
    public void A_file_that_was_cut_off_is_refused() =>
        Should.Throw<ModelUnusableException>(() => EncoderWeights.Read(Shipped().AsSpan(0, 700_000), EncoderWeights.Sha256));

    [Fact]
    public void Weights_that_lack_a_layer_or_have_another_shape_are_not_an_encoder()
    {
        var lacking = new Dictionary<string, Tensor>(EncoderWeights.Shipped());
        lacking.Remove("eighth1.shortcut.bias");
        var misshapen = new Dictionary<string, Tensor>(EncoderWeights.Shipped()) { ["quarter2.first.weight"] = zeros(64, 32, 3, 3) };

        Should.Throw<InvalidDataException>(() => new GeneralEncoder(lacking)).Message.ShouldContain("eighth1.shortcut");
        Should.Throw<InvalidDataException>(() => new GeneralEncoder(misshapen)).Message.ShouldContain("quarter2.first");
    }

    public void Dispose() => _scope.Dispose();

    private static byte[] Shipped()
    {
        using var stream = typeof(EncoderWeights).Assembly.GetManifestResourceStream("general-encoder.safetensors").ShouldNotBeNull();
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
