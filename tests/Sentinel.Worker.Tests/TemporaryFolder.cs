using Sentinel.Core.Imaging;

namespace Sentinel.Worker.Tests;

/// <summary>A folder of its own for one test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("sentinel-").FullName;

    public string this[params string[] below] => System.IO.Path.Combine([Path, .. below]);

    /// <summary>Writes grey images that differ a little from one another.</summary>
    public string Images(int count, params string[] below)
    {
        var folder = Directory.CreateDirectory(this[below]).FullName;
        for (var i = 0; i < count; i++)
        {
            var random = new Random(i);
            var samples = Enumerable.Range(0, 64 * 64).Select(_ => (ushort)(30_000 + random.Next(4_000))).ToArray();
            ImageFile.WritePng(System.IO.Path.Combine(folder, $"{i:000}.png"), new Frame(64, 64, 1, samples));
        }

        return folder;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
