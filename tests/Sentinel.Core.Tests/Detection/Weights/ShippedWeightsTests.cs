using System.Security.Cryptography;
using Sentinel.Core.Detection;
using Sentinel.Core.Detection.Encoder;
using Sentinel.Core.Detection.Weights;
using Sentinel.Core.Imaging;
using Sentinel.Core.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Sentinel.Core.Tests.Detection.Weights;

public sealed class ShippedWeightsTests : IDisposable
{
    private static readonly ShippedWeights[] _all = [ShippedWeights.Encoder, ShippedWeights.Denoiser, ShippedWeights.Head];

    private readonly DisposeScope _scope = NewDisposeScope();

    public static TheoryData<string> Resources { get; } = [.. _all.Select(weights => weights.Resource)];

    [Theory]
    [MemberData(nameof(Resources))]
    public void The_weights_in_the_assembly_are_those_the_source_names_and_fit_in_three_megabytes(string resource)
    {
        var content = Shipped(resource);

        Convert.ToHexStringLower(SHA256.HashData(content)).ShouldBe(Named(resource).Sha256);
        content.Length.ShouldBeLessThan(3_000_000);
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public void One_changed_bit_is_refused_and_the_message_names_the_file(string resource)
    {
        var content = Shipped(resource);
        content[content.Length / 2] ^= 0x10;

        var refusal = Should.Throw<ModelUnusableException>(() => Named(resource).Read(content));

        refusal.Message.ShouldContain(resource);
        refusal.Message.ShouldContain("damaged or of another version");
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public void A_file_that_was_cut_off_is_refused(string resource) =>
        Should.Throw<ModelUnusableException>(() => Named(resource).Read(Shipped(resource).AsSpan(0, 150_000)));

    [Fact]
    public void Weights_that_lack_a_layer_or_have_another_shape_are_not_an_encoder()
    {
        var lacking = new Dictionary<string, Tensor>(ShippedWeights.Encoder.Load());
        lacking.Remove("eighth1.shortcut.bias");
        var misshapen = new Dictionary<string, Tensor>(ShippedWeights.Encoder.Load()) { ["quarter2.first.weight"] = zeros(64, 32, 3, 3) };

        Should.Throw<InvalidDataException>(() => new GeneralEncoder(lacking)).Message.ShouldContain("eighth1.shortcut");
        Should.Throw<InvalidDataException>(() => new GeneralEncoder(misshapen)).Message.ShouldContain("quarter2.first");
    }

    [Fact]
    public void Weights_that_lack_a_layer_or_have_another_shape_are_no_denoiser()
    {
        using var network = new DenoisingAutoencoder(1);
        var lacking = new Dictionary<string, Tensor>(ShippedWeights.Denoiser.Load());
        lacking.Remove("_toHalf.bias");
        var misshapen = new Dictionary<string, Tensor>(ShippedWeights.Denoiser.Load()) { ["_toHalf.weight"] = zeros(32, 32, 1, 1) };

        Should.Throw<InvalidDataException>(() => network.StartFrom(lacking)).Message.ShouldContain("_toHalf.bias");
        Should.Throw<InvalidDataException>(() => network.StartFrom(misshapen)).Message.ShouldContain("_toHalf.weight");
    }

    [Fact]
    public void Weights_that_lack_a_layer_or_have_another_shape_are_no_defect_head()
    {
        using var model = new DetectionModel(new Architecture(), new Standardisation { Width = 256, Height = 256, Channels = 1 });
        var lacking = new Dictionary<string, Tensor>(ShippedWeights.Head.Load());
        lacking.Remove("_judge.bias");
        var misshapen = new Dictionary<string, Tensor>(ShippedWeights.Head.Load()) { ["_judge.weight"] = zeros(1, 32, 1, 1) };

        Should.Throw<InvalidDataException>(() => model.Head.StartFrom(lacking)).Message.ShouldContain("_judge.bias");
        Should.Throw<InvalidDataException>(() => model.Head.StartFrom(misshapen)).Message.ShouldContain("_judge.weight");
    }

    [Fact]
    public void All_weights_together_fit_in_five_megabytes() => _all.Sum(weights => Shipped(weights.Resource).Length).ShouldBeLessThan(5_000_000);

    public void Dispose() => _scope.Dispose();

    private static ShippedWeights Named(string resource) => _all.Single(weights => weights.Resource == resource);

    private static byte[] Shipped(string resource)
    {
        using var stream = typeof(ShippedWeights).Assembly.GetManifestResourceStream(resource).ShouldNotBeNull();
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
