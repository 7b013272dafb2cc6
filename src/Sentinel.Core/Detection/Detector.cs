using Sentinel.Core.Imaging;
using Sentinel.Core.Models;
using Sentinel.Core.Torch;

namespace Sentinel.Core.Detection;

/// <summary>A loaded model, ready to inspect. Its calls may come from any thread; the work is done on the Torch thread in order.</summary>
public sealed class Detector : IDisposable
{
    private Detector(ModelManifest model) => Model = model;

    public ModelManifest Model { get; }

    /// <summary>Loads a version folder and checks it against its hashes and its golden images.</summary>
    /// <exception cref="ModelUnusableException">Missing, damaged, of another make, or it scores its golden images differently.</exception>
    public static Task<Detector> LoadAsync(string versionFolder, TorchThread torch) => throw new NotImplementedException();

    public Task<Inspection> InspectAsync(Frame frame) => throw new NotImplementedException();

    /// <summary>The image without noise and boxes, at its own size, channels and depth.</summary>
    public Task<Frame> DenoiseAsync(Frame frame) => throw new NotImplementedException();

    /// <summary>Frees the network; not while a call is running.</summary>
    public void Dispose() => throw new NotImplementedException();
}
