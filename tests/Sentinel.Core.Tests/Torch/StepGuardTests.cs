using Sentinel.Core.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sentinel.Core.Tests.Torch;

public sealed class StepGuardTests : IDisposable
{
    private readonly TorchThread _torch = new();

    [Theory]
    [InlineData(double.NaN, 1)]
    [InlineData(1, double.NaN)]
    [InlineData(double.PositiveInfinity, 1)]
    [InlineData(1, double.PositiveInfinity)]
    public void A_step_that_gave_no_finite_numbers_changes_nothing(double loss, double gradient) => _torch.Run(() =>
    {
        using var weight = new Parameter(ones(3));
        using var optimizer = optim.Adam([weight]);
        var guard = new StepGuard("head", ScalarType.BFloat16);

        Backward(weight);
        var taken = guard.Take(optimizer, [weight], loss, gradient, rate: 0.1);

        taken.ShouldBeFalse();
        guard.Skipped.ShouldBe(1);
        weight.data<float>().ShouldAllBe(value => value == 1);
        (weight.grad is null || weight.grad.abs().sum().item<float>() == 0).ShouldBeTrue();
        return true;
    });

    [Fact]
    public void After_three_such_steps_in_a_row_single_precision_is_tried_and_after_three_more_the_training_ends() => _torch.Run(() =>
    {
        using var weight = new Parameter(ones(3));
        using var optimizer = optim.Adam([weight]);
        var guard = new StepGuard("defect head", ScalarType.BFloat16);

        Take(2, double.NaN);
        guard.Precision.ShouldBe(ScalarType.BFloat16);
        Take(1, 0.5);
        Take(2, double.NaN);
        guard.Precision.ShouldBe(ScalarType.BFloat16);
        Take(1, double.NaN);
        guard.Precision.ShouldBe(ScalarType.Float32);
        Take(2, double.NaN);
        var fault = Should.Throw<MachineFaultException>(() => Take(1, double.NaN));

        fault.Fault.ShouldBe(MachineFault.NotFinite);
        fault.Message.ShouldStartWith("The training of the defect head ended at step 9: the loss is not a finite number, in single precision.");
        return true;

        void Take(int steps, double loss)
        {
            for (var i = 0; i < steps; i++)
            {
                Backward(weight);
                guard.Take(optimizer, [weight], loss, gradient: 1, rate: 0.1);
            }
        }
    });

    [Fact]
    public void A_weight_that_is_no_number_after_a_step_ends_the_training() => _torch.Run(() =>
    {
        using var weight = new Parameter(ones(3));
        using var optimizer = optim.Adam([weight]);
        var guard = new StepGuard("autoencoder", ScalarType.Float32);

        Backward(weight, factor: float.NaN);
        var fault = Should.Throw<MachineFaultException>(() => guard.Take(optimizer, [weight], loss: 1, gradient: 1, rate: 0.1));

        fault.Message.ShouldContain("a weight is not a finite number after it");
        return true;
    });

    public void Dispose() => _torch.Dispose();

    private static void Backward(Parameter weight, float factor = 1) => (weight * factor).sum().backward();
}
