using Sentinel.Core.Models;
using Sentinel.Core.Torch;
using Sentinel.Core.Training;

namespace Sentinel.Core.Tests.Training;

/// <summary>The real network, trained once for a hundred steps on drawn dials, for all tests that need a model.</summary>
public sealed class TrainedDial : IAsyncLifetime
{
    public string Root { get; } = Directory.CreateTempSubdirectory("sentinel-dial-").FullName;

    public TorchThread Torch { get; } = new();

    public ModelRegistry Registry => new(Path.Combine(Root, "models"));

    public ModelManifest Manifest { get; private set; } = null!;

    internal List<TrainingProgress> Progress { get; } = [];

    public string GoodFolder => Path.Combine(Root, "good");

    public string VersionFolder => Registry.FolderOf("dial", Manifest.Version);

    public TrainingPlan Plan => new() { Product = "dial", GoodFolder = GoodFolder, Budget = TimeSpan.FromMinutes(10), Steps = 100 };

    public async ValueTask InitializeAsync()
    {
        Dials.Write(GoodFolder, 60);
        File.WriteAllText(Path.Combine(GoodFolder, "notes.png"), "not an image");
        File.Copy(Path.Combine(GoodFolder, "dial-000.png"), Path.Combine(GoodFolder, "twin.png"));
        Manifest = await new Trainer(Registry, Torch).TrainAsync(Plan, new Recorder(Progress), CancellationToken.None);
    }

    public ValueTask DisposeAsync()
    {
        Torch.Dispose();
        Directory.Delete(Root, recursive: true);
        return ValueTask.CompletedTask;
    }

    private sealed class Recorder(List<TrainingProgress> lines) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => lines.Add(value);
    }
}

[CollectionDefinition(nameof(TrainedDial))]
public sealed class TrainedDialCollection : ICollectionFixture<TrainedDial>;
