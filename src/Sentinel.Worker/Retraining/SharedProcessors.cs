using Sentinel.Core.Torch;

namespace Sentinel.Worker.Retraining;

/// <summary>Holds inspection to its share of the processors as long as a training runs.</summary>
internal sealed partial class SharedProcessors(TorchThread torch, ProcessorShares shares, ILogger<SharedProcessors> logger)
{
    private readonly Lock _gate = new();
    private int _trainings;

    /// <summary>For each trainer; null sets no limit.</summary>
    public int? ForTraining => shares.Training;

    /// <summary>A training runs until the result is disposed.</summary>
    public IDisposable BeginTraining()
    {
        Count(1);
        return new Running(this);
    }

    private void Count(int change)
    {
        lock (_gate)
        {
            _trainings += change;
            torch.Limit(_trainings > 0 ? shares.Inspection : null);
            if (_trainings == 1 && change > 0 && shares is { Inspection: { } inspection, Training: { } training })
            {
                Log.Shared(logger, Processors.Allowed, inspection, training);
            }
        }
    }

    private sealed class Running(SharedProcessors processors) : IDisposable
    {
        public void Dispose() => processors.Count(-1);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "The processor quota is {Processors}. While a training runs, inspection uses {Inspection} threads and the training {Training}.")]
        public static partial void Shared(ILogger logger, int processors, int inspection, int training);
    }
}
