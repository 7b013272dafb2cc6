using Sentinel.Core.Detection;
using Sentinel.Core.Models;
using Sentinel.Core.Torch;

namespace Sentinel.Worker.Commands;

/// <summary>A model loaded for one call of a verb.</summary>
internal sealed class LoadedModel : IDisposable
{
    private readonly TorchThread _torch;

    private LoadedModel(TorchThread torch, Detector detector) => (_torch, Detector) = (torch, detector);

    public Detector Detector { get; }

    /// <summary>The product's model in use.</summary>
    /// <exception cref="ModelUnusableException">The product has no model, or it cannot be loaded.</exception>
    public static Task<LoadedModel> OfProductAsync(DataFolders folders, string product)
    {
        var registry = new ModelRegistry(folders.Models);
        var version = registry.ChampionOf(product)
            ?? throw new ModelUnusableException(
                $"{product} has no model in {registry.Folder}. Train one: sentinel train --product {product} --good DIR");
        return InFolderAsync(registry.FolderToLoad(product, version));
    }

    /// <summary>The model of a version folder, wherever it lies.</summary>
    /// <exception cref="ModelUnusableException">The folder holds no model, or it cannot be loaded.</exception>
    public static async Task<LoadedModel> InFolderAsync(string versionFolder)
    {
        var torch = new TorchThread();
        try
        {
            return new LoadedModel(torch, await Detector.LoadAsync(versionFolder, torch));
        }
        catch
        {
            torch.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Detector.Dispose();
        _torch.Dispose();
    }
}
