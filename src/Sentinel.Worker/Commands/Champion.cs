using Sentinel.Core.Detection;
using Sentinel.Core.Models;
using Sentinel.Core.Torch;

namespace Sentinel.Worker.Commands;

/// <summary>A product's model in use, loaded for one call of a verb.</summary>
internal sealed class Champion : IDisposable
{
    private readonly TorchThread _torch;

    private Champion(TorchThread torch, Detector detector) => (_torch, Detector) = (torch, detector);

    public Detector Detector { get; }

    /// <exception cref="ModelUnusableException">The product has no model, or it cannot be loaded.</exception>
    public static async Task<Champion> LoadAsync(DataFolders folders, string product)
    {
        var registry = new ModelRegistry(folders.Models);
        var version = registry.ChampionOf(product)
            ?? throw new ModelUnusableException(
                $"{product} has no model in {registry.Folder}. Train one: sentinel train --product {product} --good DIR");

        var torch = new TorchThread();
        try
        {
            return new Champion(torch, await Detector.LoadAsync(registry.FolderOf(product, version), torch));
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
