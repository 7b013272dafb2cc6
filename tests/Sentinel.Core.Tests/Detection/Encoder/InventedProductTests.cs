using Sentinel.Core.Imaging;
using Sentinel.Core.Torch;
using Sentinel.Pretrain;
using TorchSharp;

namespace Sentinel.Core.Tests.Detection.Encoder;

public sealed class InventedProductTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sentinel-invented");
    private readonly TorchThread _torch = new();

    [Fact]
    public void Parts_of_a_product_are_alike_and_never_the_same() => _torch.Run(() =>
    {
        using var scope = torch.NewDisposeScope();
        string[] photographs = [WritePhotograph()];
        for (var seed = 1; seed <= 8; seed++)
        {
            using var generator = new torch.Generator((ulong)seed);
            var product = new InventedProduct(photographs, new Random(seed), generator);

            var (one, other) = (product.NextPart().Standard, product.NextPart().Standard);

            (one.Width, one.Height, one.Channels).ShouldBe((product.Rules.Width, product.Rules.Height, product.Rules.Channels));
            one.Samples.ShouldNotBe(other.Samples);
            Math.Abs(one.Samples.Average() - other.Samples.Average()).ShouldBeLessThan(0.2f);
        }

        return true;
    });

    [Fact]
    public void The_same_seed_invents_the_same_parts() => _torch.Run(() =>
    {
        using var scope = torch.NewDisposeScope();
        string[] photographs = [WritePhotograph()];

        Part().ShouldBe(Part());
        return true;

        float[] Part()
        {
            using var generator = new torch.Generator(3);
            return new InventedProduct(photographs, new Random(3), generator).NextPart().Standard.Samples;
        }
    });

    public void Dispose()
    {
        _torch.Dispose();
        _folder.Delete(recursive: true);
    }

    private string WritePhotograph()
    {
        var path = Path.Combine(_folder.FullName, "photograph.png");
        ImageFile.WritePng(path, new Frame(60, 40, 3, [.. Enumerable.Range(0, 60 * 40 * 3).Select(i => (ushort)(i * 31 % 65_536))]));
        return path;
    }
}
