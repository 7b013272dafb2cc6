using Sentinel.Core.Detection;
using Sentinel.Core.Models;
using Sentinel.Core.Torch;

namespace Sentinel.Core.Training.Gate;

/// <summary>
/// Whom a challenger is compared with: the champion, or, where that cannot be loaded, the last model before it that can. A damaged champion is replaced
/// by the next model that is as good as what was there before, instead of keeping the product without one. A suspect model is no opponent: it may have
/// learnt by wrong gradients, and its scores would then say nothing of the challenger.
/// </summary>
/// <param name="Detector">The opponent; null when there is none.</param>
/// <param name="SuspectChampion">The version in use, when it is suspect.</param>
/// <param name="Notes">Why versions were passed over.</param>
internal sealed record Opponent(Detector? Detector, string? SuspectChampion, IReadOnlyList<string> Notes)
{
    private const int MostTried = 5;

    public static async Task<Opponent> FindAsync(ModelRegistry registry, string product, TorchThread torch)
    {
        var champion = registry.ChampionRecordOf(product);
        var notes = new List<string>();
        foreach (var version in champion is null ? [] : champion.Before.Prepend(champion.Version).Take(MostTried))
        {
            try
            {
                if (registry.Read(product, version).IsSuspect)
                {
                    notes.Add($"Model {version} was not compared with: it was {ModelManifest.Suspicion}.");
                    return new Opponent(null, version == champion!.Version ? version : null, notes);
                }

                return new Opponent(await Detector.LoadAsync(registry.FolderToLoad(product, version), torch), null, notes);
            }
            catch (ModelUnusableException fault)
            {
                notes.Add($"Model {version} could not be compared with: {fault.Message}");
            }
        }

        return new Opponent(null, null, notes);
    }
}
