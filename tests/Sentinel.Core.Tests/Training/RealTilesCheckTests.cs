using Sentinel.Core.Imaging;
using Sentinel.Core.Tests.Imaging;
using Sentinel.Core.Torch;
using Sentinel.Core.Training;
using Sentinel.Core.Training.Checks;

namespace Sentinel.Core.Tests.Training;

/// <summary>What the checks of known-good images do on real tiles; skipped where there are none.</summary>
public sealed class RealTilesCheckTests : IDisposable
{
    private readonly string _good = Directory.CreateTempSubdirectory("sentinel-tiles-").FullName;

    [Fact]
    public void Hardly_a_good_tile_is_left_out_and_two_exposures_of_one_tile_are_seen()
    {
        var tiles = SharedData.Folder("magnetic-tile");
        Copy(Path.Combine(tiles, "train", "good"), "", 240);
        Copy(Path.Combine(tiles, "test", "break"), "break-", 12);
        var plan = new TrainingPlan { Product = "tile", GoodFolder = _good, Budget = TimeSpan.FromMinutes(30) };
        using var torch = new TorchThread();

        var leftOut = torch.Run(() => KnownGoodCheck.Pass(KnownGoodSet.Read(plan, null, CancellationToken.None), plan, CancellationToken.None)).LeftOut;

        foreach (var (name, reason) in leftOut)
        {
            TestContext.Current.SendDiagnosticMessage($"{name}: {reason}");
        }

        // Breaks are not found: good tiles differ from each other as much.
        leftOut.Count.ShouldBeLessThanOrEqualTo(12);
        leftOut.Values.ShouldContain(reason => reason.StartsWith("nearly the same image as exp"));
    }

    public void Dispose() => Directory.Delete(_good, recursive: true);

    private void Copy(string from, string prefix, int most)
    {
        foreach (var file in Directory.EnumerateFiles(from).Where(ImageFile.IsImageName).Order(StringComparer.Ordinal).Take(most))
        {
            File.Copy(file, Path.Combine(_good, prefix + Path.GetFileName(file)));
        }
    }
}
