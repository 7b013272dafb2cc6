using Sentinel.Core.Detection.Encoder;
using Sentinel.Core.Detection.Weights;
using Sentinel.Core.Torch;
using Sentinel.Pretrain;
using TorchSharp;
using static TorchSharp.torch;

namespace Sentinel.Core.Tests.Detection.Encoder;

public sealed class PretrainingTests : IDisposable
{
    private static readonly PretrainingPlan _plan = new(TimeSpan.FromSeconds(10), Seed: 5, Width: 8, BatchSize: 16, Judge: 3);

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sentinel-pretrain");

    [Theory]
    [InlineData(nameof(Precision.Single))]
    [InlineData(nameof(Precision.Bfloat16))]
    public void It_learns_to_tell_drawn_classes_apart_in_pictures_it_has_not_seen(string precision)
    {
        var plan = _plan with { Budget = TimeSpan.FromSeconds(60), Precision = Enum.Parse<Precision>(precision) };
        var training = new Pretraining(plan, DrawnClasses.Draw(100, seed: 1), new TickingClock());
        var unseen = DrawnClasses.Draw(20, seed: 2);
        var before = training.Accuracy(unseen);

        training.Run(_ => { }, TestContext.Current.CancellationToken);

        before.ShouldBeLessThan(0.5);
        training.Accuracy(unseen).ShouldBeGreaterThan(0.9);
        training.Step.ShouldBe(60);
    }

    [Fact]
    public void A_training_that_was_interrupted_and_resumed_ends_with_the_weights_of_one_that_was_not()
    {
        var images = DrawnClasses.Draw(20, seed: 1);
        var state = Path.Combine(_folder.FullName, "state");
        var whole = new Pretraining(_plan, images, new TickingClock());
        whole.Run(_ => { }, TestContext.Current.CancellationToken);

        var interrupted = new Pretraining(_plan, images, new TickingClock());
        using var interruption = new CancellationTokenSource();
        Should.Throw<OperationCanceledException>(() => interrupted.Run(p => StopAfterFour(p, interruption), interruption.Token));
        interrupted.Save(state);
        var resumed = new Pretraining(_plan, images, new TickingClock());
        resumed.Resume(state);
        resumed.Step.ShouldBe(4);
        resumed.Run(_ => { }, TestContext.Current.CancellationToken);

        resumed.Step.ShouldBe(whole.Step);
        resumed.Elapsed.ShouldBe(whole.Elapsed);
        Weights(resumed).Zip(Weights(whole), (a, b) => (a - b).abs().max().item<float>()).ShouldAllBe(d => d == 0);
    }

    [Fact]
    public void The_same_seed_gives_the_same_weights_and_another_seed_others()
    {
        var images = DrawnClasses.Draw(20, seed: 1);

        var (first, second, other) = (Trained(_plan), Trained(_plan), Trained(_plan with { Seed = 6 }));

        first.Zip(second, (a, b) => (a - b).abs().max().item<float>()).ShouldAllBe(d => d == 0);
        first.Zip(other, (a, b) => (a - b).abs().max().item<float>()).Max().ShouldBeGreaterThan(0.01f);

        List<Tensor> Trained(PretrainingPlan plan)
        {
            var training = new Pretraining(plan with { Budget = TimeSpan.FromSeconds(3) }, images, new TickingClock());
            training.Run(_ => { }, TestContext.Current.CancellationToken);
            return Weights(training);
        }
    }

    [Fact]
    public void Folding_the_normalisations_changes_nothing_that_the_encoder_sees()
    {
        var training = new Pretraining(_plan, DrawnClasses.Draw(20, seed: 1), new TickingClock());
        training.Run(_ => { }, TestContext.Current.CancellationToken);
        var pictures = rand(2, 3, 64, 48);

        using var folded = new GeneralEncoder(training.Network.FoldEncoder());
        using var evaluation = no_grad();
        var unfolded = training.Network.Features(pictures);

        folded.Features(pictures).Zip(unfolded, RelativeDifference).ShouldAllBe(d => d < 1e-5);
    }

    [Fact]
    public void Weights_stored_in_16_bits_see_what_the_trained_network_sees_to_half_a_percent()
    {
        var training = new Pretraining(_plan, DrawnClasses.Draw(20, seed: 1), new TickingClock());
        training.Run(_ => { }, TestContext.Current.CancellationToken);
        var pictures = rand(2, 3, 64, 48);
        using var file = new MemoryStream();
        TensorFile.Write(file, training.Network.FoldEncoder(), new Dictionary<string, string>(), StoredAs.Half);

        using var stored = new GeneralEncoder(TensorFile.Read(file.ToArray()).Tensors);
        using var evaluation = no_grad();

        stored.Features(pictures).Zip(training.Network.Features(pictures), RelativeDifference).ShouldAllBe(d => d < 5e-3);
    }

    [Fact]
    public void A_state_of_another_seed_or_network_or_a_damaged_one_is_refused()
    {
        var images = DrawnClasses.Draw(6, seed: 1);
        var state = Path.Combine(_folder.FullName, "state");
        new Pretraining(_plan, images, new TickingClock()).Save(state);
        var damaged = Path.Combine(_folder.FullName, "damaged");
        File.WriteAllBytes(damaged, File.ReadAllBytes(state)[..^100]);

        Should.Throw<InvalidDataException>(() => new Pretraining(_plan with { Seed = 6 }, images, new TickingClock()).Resume(state));
        Should.Throw<InvalidDataException>(() => new Pretraining(_plan with { Judge = 0 }, images, new TickingClock()).Resume(state)).Message.ShouldEndWith("judge 3 instead of 0.");
        Should.Throw<InvalidDataException>(() => new Pretraining(_plan with { Width = 16 }, images, new TickingClock()).Resume(state));
        Should.Throw<InvalidDataException>(() => new Pretraining(_plan, images, new TickingClock()).Resume(damaged));
    }

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Delete(recursive: true);
    }

    private static void StopAfterFour(PretrainingProgress progress, CancellationTokenSource interruption)
    {
        if (progress.Step == 4)
        {
            interruption.Cancel();
        }
    }

    private static List<Tensor> Weights(Pretraining training) => [.. training.Network.FoldEncoder().Values];

    private static float RelativeDifference(Tensor a, Tensor b) => ((a - b).abs().max() / b.abs().max()).item<float>();
}
