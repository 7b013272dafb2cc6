namespace Sentinel.Core.Models;

/// <summary>The models of all products: immutable version folders and, per product, which one is the champion.</summary>
public sealed class ModelRegistry(string folder)
{
    public string Folder { get; } = Path.GetFullPath(folder);

    /// <summary>The version in use, or null when the product has no model yet.</summary>
    public string? ChampionOf(string product) => throw new NotImplementedException();

    public string FolderOf(string product, string version) => Path.Combine(Folder, product, version);
}
