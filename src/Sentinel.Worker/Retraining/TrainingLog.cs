using System.Collections.Concurrent;

namespace Sentinel.Worker.Retraining;

/// <summary>The state of every product's training; who looks at it never sees half a change.</summary>
internal sealed class TrainingLog
{
    private static readonly TrainingState _nothing = new();

    private readonly ConcurrentDictionary<string, TrainingState> _states = new(StringComparer.Ordinal);

    public TrainingState Of(string product) => _states.GetValueOrDefault(product, _nothing);

    public TrainingState Note(string product, Func<TrainingState, TrainingState> change) =>
        _states.AddOrUpdate(product, _ => change(_nothing), (_, state) => change(state));
}
