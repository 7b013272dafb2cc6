namespace Sentinel.Core.Models;

/// <summary>Which versions may go: all but those that somebody may still have to look at or to go back to.</summary>
public static class ModelRetention
{
    /// <summary>How many of the newest versions are kept, and how many of those that were in use.</summary>
    public const int Kept = 5;

    /// <param name="registry">The models.</param>
    /// <param name="product">The product.</param>
    /// <param name="judges">Versions that judged an image which still lies in the archive.</param>
    /// <exception cref="ModelUnusableException">champion.json is damaged: then it is not known what is in use, and nothing may go.</exception>
    public static IReadOnlyList<string> Superfluous(ModelRegistry registry, string product, IEnumerable<string> judges)
    {
        var versions = registry.VersionsOf(product);
        var champion = registry.ChampionRecordOf(product);
        var needed = judges.ToHashSet(StringComparer.Ordinal);
        needed.UnionWith(versions.TakeLast(Kept));
        if (champion is not null)
        {
            needed.Add(champion.Version);
            needed.UnionWith(champion.Before.Take(Kept - 1));
        }

        if (registry.ChallengerOf(product) is { } challenger)
        {
            needed.Add(challenger.Version);
        }

        return [.. versions.Where(version => !needed.Contains(version))];
    }
}
