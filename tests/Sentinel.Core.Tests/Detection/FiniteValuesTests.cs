using System.Runtime.CompilerServices;
using Sentinel.Core.Detection;
using Sentinel.Core.Imaging;
using Sentinel.Core.Models;
using Sentinel.Core.Tests.Training;
using Sentinel.Core.Torch;
using Sentinel.Core.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Sentinel.Core.Tests.Detection;

/// <summary>What a machine that computes wrongly may leave behind never becomes a verdict, a picture or a stored model.</summary>
[Collection(nameof(TrainedDial))]
public sealed class FiniteValuesTests(TrainedDial dial)
{
    [Theory]
    [InlineData(ScalarType.Float32, double.NaN, false)]
    [InlineData(ScalarType.Float32, double.PositiveInfinity, false)]
    [InlineData(ScalarType.Float16, double.NaN, false)]
    [InlineData(ScalarType.Float16, double.NegativeInfinity, false)]
    [InlineData(ScalarType.Float16, -65504, true)]
    [InlineData(ScalarType.Float32, 0, true)]
    public void One_value_that_is_not_finite_is_found_among_many(ScalarType type, double value, bool isFinite) => dial.Torch.Run(() =>
    {
        var tensor = ones([3, 100], type);
        tensor[1, 50] = (float)value;

        FiniteValues.AreAllOf(tensor).ShouldBe(isFinite);
        return true;
    });

    [Fact]
    public async Task A_score_that_is_not_finite_is_no_verdict()
    {
        using var detector = await Detector.LoadAsync(dial.VersionFolder, dial.Torch);
        (await detector.InspectAsync(Dials.Good(1))).Score.ShouldBeGreaterThan(0);

        // One position of one map, as a wrong convolution leaves it: the peak of the others is a number.
        dial.Torch.Run(() => Poison(ModelOf(detector).Looks[0].get_buffer("mean")!));

        var refusal = await Should.ThrowAsync<ModelUnusableException>(() => detector.InspectAsync(Dials.Good(1)));
        refusal.Message.ShouldContain($"Model 'dial/{dial.Manifest.Version}' gives scores that are not finite numbers on this machine");
        refusal.Message.ShouldContain("sentinel selftest");
    }

    [Fact]
    public async Task A_denoised_copy_with_samples_that_are_not_finite_is_not_made()
    {
        using var detector = await Detector.LoadAsync(dial.VersionFolder, dial.Torch);
        dial.Torch.Run(() => Poison(ModelOf(detector).Autoencoder.parameters().First()));

        var fault = await Should.ThrowAsync<MachineFaultException>(() => detector.DenoiseAsync(Dials.Good(1), TestContext.Current.CancellationToken));

        fault.Message.ShouldContain("was not made");
        fault.Fault.ShouldBe(MachineFault.NotFinite);
    }

    [Theory]
    [InlineData("own_directions")]
    [InlineData("whitening")]
    public async Task A_stored_model_that_holds_a_NaN_is_refused_and_the_tensor_is_named(string buffer)
    {
        var folder = PoisonedModel.Store(dial, Path.Combine(dial.Root, Guid.NewGuid().ToString("N")), model => model.Looks[1].get_buffer(buffer)!);

        var refusal = await Should.ThrowAsync<ModelUnusableException>(() => Detector.LoadAsync(folder, dial.Torch));

        refusal.Message.ShouldContain($"holds values that are not finite numbers, in '_half.{buffer}'");
        refusal.Message.ShouldEndWith("Train again.");
    }

    [Fact]
    public void A_model_that_holds_a_NaN_is_not_stored()
    {
        var staging = Directory.CreateDirectory(Path.Combine(dial.Root, Guid.NewGuid().ToString("N"))).FullName;

        var fault = Should.Throw<MachineFaultException>(() => dial.Torch.Run(() =>
        {
            using var model = new DetectionModel(dial.Manifest.Architecture, dial.Manifest.Standardisation);
            Poison(model.Head.parameters().Last());
            return Publication.Write(staging, model, dial.Manifest, [], new ImageLimits());
        }));

        fault.Message.ShouldContain("The training of 'dial' gave values that are not finite numbers, in '_head.");
        fault.Message.ShouldContain("sentinel selftest");
        Directory.EnumerateFileSystemEntries(staging).ShouldBeEmpty();
    }

    [Fact]
    public void Known_good_images_that_are_not_measured_in_finite_numbers_end_the_training_and_name_the_map() => dial.Torch.Run(() =>
    {
        using var model = new DetectionModel(dial.Manifest.Architecture, dial.Manifest.Standardisation);
        Poison(model.Autoencoder.parameters().First());
        var pictures = KnownGoodSet.Read(dial.Plan, _ => { }, TestContext.Current.CancellationToken).Pictures.Take(2).ToList();

        var fault = Should.Throw<MachineFaultException>(() => NormalErrorsFitting.Fit(model, [model.Repair], pictures, pictures, seed: 1, () => { }));

        fault.Message.ShouldContain("What the map 'repair' measures on known-good images holds values that are not finite numbers");
        return true;
    });

    [Fact]
    public void An_error_of_exactly_nothing_is_no_fault() => dial.Torch.Run(() =>
    {
        using var fusion = new Fusion();
        fusion.Weigh(new EvidenceWeights(Repair: 0, Appearance: 0.5, Head: 0.5));

        // The repair is perfect at one place, and does not count.
        var combined = fusion.Combine(new Dictionary<EvidenceKind, Tensor>
        {
            [EvidenceKind.Repair] = zeros(1, 1, 2, 2).log(),
            [EvidenceKind.Appearance] = ones(1, 1, 2, 2),
            [EvidenceKind.Head] = ones(1, 1, 2, 2),
        });

        FiniteValues.AreAllOf(combined).ShouldBeTrue();
        return true;
    });

    private static bool Poison(Tensor tensor)
    {
        PoisonedModel.Poison(tensor);
        return true;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_model")]
    private static extern ref DetectionModel ModelOf(Detector detector);
}
