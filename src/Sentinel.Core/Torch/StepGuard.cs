using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace Sentinel.Core.Torch;

/// <summary>
/// Takes the steps of one training and watches that loss, gradients and weights are finite numbers. A step that is not is skipped; after three in a row
/// the training goes on in single precision; after three in a row there, it ends.
/// </summary>
/// <param name="learner">What learns, for messages.</param>
/// <param name="precision">What its convolutions begin with.</param>
internal sealed class StepGuard(string learner, ScalarType precision)
{
    private const int MostInARow = 3;

    private int _inARow;
    private long _steps;

    /// <summary>What the next step is to be computed in.</summary>
    public ScalarType Precision { get; private set; } = precision;

    /// <summary>Steps that were not taken.</summary>
    public long Skipped { get; private set; }

    /// <summary>Takes the step along the gradients, unless something is not finite. Forgets the gradients either way.</summary>
    /// <param name="optimizer">Takes it.</param>
    /// <param name="parameters">What it changes.</param>
    /// <param name="loss">Of this step.</param>
    /// <param name="gradient">Norm of all gradients: one that is not finite makes it so, too.</param>
    /// <param name="rate">Learning rate.</param>
    /// <returns>Whether it was taken.</returns>
    /// <exception cref="MachineFaultException">The training gives no finite numbers in single precision either.</exception>
    public bool Take(Optimizer optimizer, IEnumerable<Parameter> parameters, double loss, double gradient, double rate)
    {
        _steps++;
        if (double.IsFinite(loss) && double.IsFinite(gradient))
        {
            _inARow = 0;
            optimizer.Step(rate);
            return AreFinite(parameters) ? true : throw Fault("a weight is not a finite number after it");
        }

        optimizer.zero_grad();
        Skipped++;
        _inARow++;
        if (_inARow == MostInARow)
        {
            _inARow = 0;
            Precision = Precision is ScalarType.BFloat16
                ? ScalarType.Float32
                : throw Fault(double.IsFinite(loss) ? "the gradient is not a finite number" : "the loss is not a finite number");
        }

        return false;
    }

    /// <summary>A sum carries infinities and NaN along, and all sums are read at once.</summary>
    private static bool AreFinite(IEnumerable<Parameter> parameters)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        return double.IsFinite(stack([.. parameters.Select(parameter => parameter.sum())]).sum().item<float>());
    }

    private MachineFaultException Fault(string seen) => new(
        MachineFault.NotFinite,
        $"The training of the {learner} ended at step {_steps}: {seen}, in {Precisions.NameOf(Precision)}. This machine computes wrongly. Run 'sentinel selftest' on it, which says what to look at.");
}
