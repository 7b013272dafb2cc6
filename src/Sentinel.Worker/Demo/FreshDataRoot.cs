namespace Sentinel.Worker.Demo;

/// <summary>A data root of the demo's own, so that it never mixes with real inspections.</summary>
internal static class FreshDataRoot
{
    public const string Default = "data-demo";

    /// <summary><paramref name="wanted"/>, or <c>./data-demo</c>, <c>./data-demo-2</c>, ... the first that does not exist.</summary>
    /// <exception cref="IOException">The wanted folder is not empty.</exception>
    public static DataFolders Choose(string? wanted)
    {
        if (wanted is not null && Directory.Exists(wanted) && Directory.EnumerateFileSystemEntries(wanted).Any())
        {
            throw new IOException($"'{Path.GetFullPath(wanted)}' is not empty; the demo begins in a fresh folder. Name another with --data DIR.");
        }

        return new DataFolders(wanted ?? Names().First(name => !Path.Exists(name)));
    }

    private static IEnumerable<string> Names() => Enumerable.Range(1, int.MaxValue).Select(i => i == 1 ? Default : $"{Default}-{i}");
}
