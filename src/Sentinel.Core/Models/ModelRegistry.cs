using System.Globalization;

namespace Sentinel.Core.Models;

/// <summary>
/// The models of all products: <c>&lt;folder&gt;/&lt;product&gt;/&lt;version&gt;/</c>, immutable once stored, and <c>champion.json</c> per
/// product, which names the version in use. Publishing is one rename of that file, so readers see the old champion or the new one.
/// Several processes may use one registry: who changes something holds the product's lock meanwhile.
/// </summary>
/// <param name="folder">Made with the first model.</param>
/// <param name="time">What the times in its files come from.</param>
public sealed class ModelRegistry(string folder, TimeProvider? time = null)
{
    private const string ChampionFile = "champion.json";
    private const string ChallengerFile = "challenger.json";
    private const string StagingPrefix = ".staging-";

    // Further back nobody rolls; the versions themselves may stay longer.
    private const int LongestHistory = 50;

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    public string Folder { get; } = Path.GetFullPath(folder);

    /// <summary>Products that have a folder with at least one version.</summary>
    public IReadOnlyList<string> Products =>
        Directory.Exists(Folder)
            ? [.. Directory.EnumerateDirectories(Folder).Select(path => Path.GetFileName(path)).Where(name => ProductName.IsValid(name) && VersionsOf(name).Count > 0).Order(StringComparer.Ordinal)]
            : [];

    /// <summary>The version in use, or null when the product has no model yet.</summary>
    /// <exception cref="ModelUnusableException">The file that names it is damaged.</exception>
    public string? ChampionOf(string product) => ChampionRecordOf(product)?.Version;

    /// <inheritdoc cref="ChampionOf"/>
    public ChampionRecord? ChampionRecordOf(string product) => StateFile.Read(
        Path.Combine(FolderOf(product), ChampionFile), ModelJson.Default.ChampionRecord,
        $"name the version to use: sentinel models approve --product {product} --model N (sentinel models list shows them).");

    /// <summary>The version that passed the gate and waits, or null.</summary>
    /// <exception cref="ModelUnusableException">The file that names it is damaged.</exception>
    public Challenger? ChallengerOf(string product) => StateFile.Read(
        Path.Combine(FolderOf(product), ChallengerFile), ModelJson.Default.Challenger, "delete it; the version itself stays.");

    public string FolderOf(string product) => Path.Combine(Folder, Checked(product));

    public string FolderOf(string product, string version) => Path.Combine(FolderOf(product), version);

    /// <summary>The manifest of a version.</summary>
    /// <exception cref="ModelUnusableException">Missing, damaged, of another make, or that of another version.</exception>
    public ModelManifest Read(string product, string version)
    {
        var manifest = VersionFolder.ReadManifest(FolderOf(product, version));
        return manifest.Product == product && manifest.Version == version ? manifest : throw new ModelUnusableException(
            $"'{FolderOf(product, version)}' holds model '{manifest.Product}/{manifest.Version}': it was copied or renamed. Put the right folder in its place, or train again.");
    }

    /// <summary>The folder of a version, to load it from: its manifest is of this version and, where it is in use, the one that was published.</summary>
    /// <exception cref="ModelUnusableException">It is not. The files it names, and what it scores, are checked when it is loaded.</exception>
    public string FolderToLoad(string product, string version)
    {
        _ = Read(product, version);
        if (!Damaged(product) && ChampionRecordOf(product) is { Manifest: { } published } champion && champion.Version == version && published != ManifestHash(product, version))
        {
            throw new ModelUnusableException(
                $"The manifest of model '{product}/{version}' was changed after it was put into use. Restore it, or go back: sentinel models rollback --product {product}");
        }

        return FolderOf(product, version);
    }

    /// <summary>SHA-256 of a version's manifest, which names the hashes of all its other files.</summary>
    public string ManifestHash(string product, string version) => ContentHash.Of(Path.Combine(FolderOf(product, version), VersionFolder.Manifest));

    /// <summary>Why a version cannot be used as far as its files tell, or null when they are those that were stored.</summary>
    public string? ProblemOf(string product, string version)
    {
        try
        {
            VersionFolder.CheckFiles(FolderToLoad(product, version), Read(product, version));
            return null;
        }
        catch (ModelUnusableException fault)
        {
            return fault.Message;
        }
    }

    /// <summary>Every stored version, oldest first.</summary>
    public IReadOnlyList<string> VersionsOf(string product) => Directory.Exists(FolderOf(product))
        ? [.. Directory.EnumerateDirectories(FolderOf(product)).Select(path => Path.GetFileName(path)).Where(name => NumberOf(name) > 0).OrderBy(NumberOf)]
        : [];

    /// <summary>Puts a stored version into use; the one before stays where a rollback finds it.</summary>
    /// <param name="product">The product.</param>
    /// <param name="version">A stored version whose files are sound.</param>
    /// <param name="by">Who or what says so.</param>
    /// <exception cref="ModelUnusableException">The version is missing or damaged. A damaged champion.json is no hindrance: this mends it.</exception>
    public void Promote(string product, string version, string by)
    {
        using var alone = ProductLock.Take(FolderOf(product));
        Demand(product, version);
        var last = Damaged(product) ? null : ChampionRecordOf(product);
        IEnumerable<string> before = last is null || last.Version == version ? last?.Before ?? [] : [last.Version, .. last.Before];
        WriteChampion(product, new ChampionRecord
        {
            Version = version,
            PublishedAt = _time.GetUtcNow(),
            By = by,
            Manifest = ManifestHash(product, version),
            Before = [.. before.Where(earlier => earlier != version).Distinct().Take(LongestHistory)],
            Withdrawn = [.. last?.Withdrawn.Where(withdrawn => withdrawn != version) ?? []],
        });
        DismissUpTo(product, NumberOf(version));
    }

    /// <summary>Goes back to the last version before the champion whose files are sound.</summary>
    /// <returns>The version that is in use now.</returns>
    /// <exception cref="ModelUnusableException">There is none, or champion.json is damaged.</exception>
    public string RollBack(string product, string by)
    {
        using var alone = ProductLock.Take(FolderOf(product));
        var last = ChampionRecordOf(product) ?? throw new ModelUnusableException($"{product} has no model in use that could be rolled back.");
        var to = last.Before.FirstOrDefault(version => ProblemOf(product, version) is null)
            ?? throw new ModelUnusableException($"{product} has no sound version before {last.Version} to go back to.");
        WriteChampion(product, new ChampionRecord
        {
            Version = to,
            PublishedAt = _time.GetUtcNow(),
            By = by,
            Manifest = ManifestHash(product, to),
            Before = [.. last.Before.SkipWhile(version => version != to).Skip(1)],
            Withdrawn = [.. last.Withdrawn.Append(last.Version).Distinct()],
        });
        return to;
    }

    /// <summary>Has a stored version wait instead of putting it into use.</summary>
    public void Hold(string product, string version, HoldReason waits, string why, int images = 0)
    {
        using var alone = ProductLock.Take(FolderOf(product));
        Demand(product, version);
        StateFile.Write(
            Path.Combine(FolderOf(product), ChallengerFile), new Challenger(version, _time.GetUtcNow(), waits, why, images), ModelJson.Default.Challenger);
    }

    /// <summary>Nothing waits any more; the version stays stored.</summary>
    public void Dismiss(string product) => File.Delete(Path.Combine(FolderOf(product), ChallengerFile));

    /// <summary>Removes versions from the disk, each at once or not at all.</summary>
    /// <returns>Those that were removed. The champion and the challenger never are.</returns>
    public IReadOnlyList<string> Remove(string product, IEnumerable<string> versions)
    {
        using var alone = ProductLock.Take(FolderOf(product));
        var (inUse, waiting) = (ChampionOf(product), ChallengerOf(product)?.Version);
        var removed = new List<string>();
        foreach (var version in versions.Where(version => version != inUse && version != waiting && NumberOf(version) > 0))
        {
            var gone = Path.Combine(FolderOf(product), StagingPrefix + Environment.ProcessId + "-removed");
            Directory.Move(FolderOf(product, version), gone);
            Directory.Delete(gone, recursive: true);
            removed.Add(version);
        }

        return removed;
    }

    /// <summary>An empty folder to build a version in. Folders of processes that are no longer alive are cleared away.</summary>
    internal string Stage(string product)
    {
        Directory.CreateDirectory(FolderOf(product));
        foreach (var left in Directory.EnumerateDirectories(FolderOf(product), StagingPrefix + "*"))
        {
            var owner = int.TryParse(Path.GetFileName(left)[StagingPrefix.Length..].Split('-')[0], CultureInfo.InvariantCulture, out var id) ? id : 0;
            if (owner == Environment.ProcessId || !Directory.Exists($"/proc/{owner}"))
            {
                Directory.Delete(left, recursive: true);
            }
        }

        return Directory.CreateDirectory(Path.Combine(FolderOf(product), StagingPrefix + Environment.ProcessId)).FullName;
    }

    /// <summary>Gives a staged version its number, has it sealed under it, and stores it by one rename. It is not in use by that.</summary>
    internal ModelManifest Store(string product, string staging, Func<string, ModelManifest> seal)
    {
        using var alone = ProductLock.Take(FolderOf(product));
        // A number that was given once is not given again, also when its version was removed.
        var numbers = VersionsOf(product).Concat(Damaged(product) ? [] : ChampionRecordOf(product) is { } r ? [r.Version, .. r.Before, .. r.Withdrawn] : []);
        var version = (numbers.Select(NumberOf).DefaultIfEmpty(0).Max() + 1).ToString(CultureInfo.InvariantCulture);
        var manifest = seal(version);
        Directory.Move(staging, FolderOf(product, version));
        return manifest;
    }

    private void Demand(string product, string version)
    {
        if (NumberOf(version) < 1 || !Directory.Exists(FolderOf(product, version)))
        {
            throw new ModelUnusableException($"{product} has no version '{version}'; 'sentinel models list --product {product}' shows those it has.");
        }

        if (ProblemOf(product, version) is { } problem)
        {
            throw new ModelUnusableException(problem);
        }
    }

    /// <summary>What waits and is older than the model just put into use waits no more. A note that cannot be read is no reason to fail after publishing.</summary>
    private void DismissUpTo(string product, int number)
    {
        try
        {
            if (ChallengerOf(product) is { } waiting && NumberOf(waiting.Version) <= number)
            {
                Dismiss(product);
            }
        }
        catch (ModelUnusableException)
        {
            Dismiss(product);
        }
    }

    private bool Damaged(string product)
    {
        try
        {
            _ = ChampionOf(product);
            return false;
        }
        catch (ModelUnusableException)
        {
            return true;
        }
    }

    private void WriteChampion(string product, ChampionRecord champion) =>
        StateFile.Write(Path.Combine(FolderOf(product), ChampionFile), champion, ModelJson.Default.ChampionRecord);

    internal static int NumberOf(string version) => int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static string Checked(string product) =>
        ProductName.IsValid(product) ? product : throw new ArgumentException($"'{product}' is no product name: {ProductName.Rule}.", nameof(product));
}
