using Sentinel.Core.Detection;
using Sentinel.Core.Imaging;
using Sentinel.Core.Models;
using Sentinel.Core.Torch;

namespace Sentinel.Core.Training.Gate;

/// <summary>Holds one stored version against another by the gate's rules, without changing anything.</summary>
public static class ModelComparison
{
    private static readonly TimeSpan _time = TimeSpan.FromMinutes(2);

    /// <param name="registry">The models.</param>
    /// <param name="product">The product.</param>
    /// <param name="versions">The version in the champion's place, and the one in the challenger's.</param>
    /// <param name="goodFolder">Where the known-good images lie.</param>
    /// <param name="reviewed">Images that people have judged.</param>
    /// <param name="limits">Images outside are left out.</param>
    /// <param name="torch">Where the models run.</param>
    /// <param name="cancel">Ends the comparison.</param>
    /// <exception cref="ModelUnusableException">One of the two is missing or damaged.</exception>
    public static async Task<GateTable> RunAsync(
        ModelRegistry registry, string product, (string Champion, string Challenger) versions, string goodFolder, IReadOnlyList<ReviewedImage> reviewed,
        ImageLimits limits, TorchThread torch, CancellationToken cancel)
    {
        using var champion = await Detector.LoadAsync(registry.FolderToLoad(product, versions.Champion), torch);
        using var challenger = await Detector.LoadAsync(registry.FolderToLoad(product, versions.Challenger), torch);
        var images = GateImages.Choose(goodFolder, challenger.Model, champion.Model, reviewed);
        return await new GateTrial(challenger, champion, limits).RunAsync(images, _time, onImage: null, cancel);
    }
}
