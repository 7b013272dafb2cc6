using System.Collections.Concurrent;
using Sentinel.Core.Detection;
using Sentinel.Core.Imaging;
using Sentinel.Core.Models;
using Sentinel.Core.Torch;
using Sentinel.Worker.Ledger;

namespace Sentinel.Worker.Promotion;

/// <summary>Models that score live images beside the one in use, without a part in the verdict, until they have scored enough.</summary>
internal sealed partial class ShadowDetectors(ModelRegistry registry, ModelDesk desk, TorchThread torch, ILogger<ShadowDetectors> logger) : IDisposable
{
    private readonly Dictionary<string, (string Version, Detector Detector)> _inShadow = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (string Version, string Why)> _failed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _unloaded = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _alone = new(1, 1);

    /// <summary>
    /// What the product's waiting model says of an image, or null when none waits in the shadow. One that throws scores nothing more: the verdict does not depend on it.
    /// </summary>
    public async Task<ShadowVerdict?> ScoreAsync(string product, Frame frame)
    {
        await _alone.WaitAsync();
        try
        {
            if (!_inShadow.TryGetValue(product, out var waiting))
            {
                return null;
            }

            var found = await waiting.Detector.InspectAsync(frame);
            return new ShadowVerdict(waiting.Version, found.Score, found.PValue, found.Verdict);
        }
#pragma warning disable CA1031 // Whatever it is that a waiting model throws, inspection goes on without it.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            GiveUp(product, fault);
            return null;
        }
        finally
        {
            _alone.Release();
        }
    }

    /// <summary>Takes up the model that waits in the shadow, and lets go of one that waits no more.</summary>
    public async Task RefreshAsync(string product)
    {
        Dismiss(product);
        var version = WaitingOf(product);
        if (version == _inShadow.GetValueOrDefault(product).Version || (version is not null && version == _unloaded.GetValueOrDefault(product)))
        {
            return;
        }

        var next = version is null ? null : await LoadAsync(product, version);
        await _alone.WaitAsync();
        try
        {
            if (_inShadow.Remove(product, out var before))
            {
                before.Detector.Dispose();
            }

            if (next is not null)
            {
                _inShadow[product] = (version!, next);
                Log.InShadow(logger, product, version!);
            }
        }
        finally
        {
            _alone.Release();
        }
    }

    public void Dispose()
    {
        foreach (var (_, detector) in _inShadow.Values)
        {
            detector.Dispose();
        }

        _inShadow.Clear();
        _alone.Dispose();
    }

    /// <summary>Only lets go of it: the ledger may be slow, and an image is waiting.</summary>
    private void GiveUp(string product, Exception fault)
    {
        if (_inShadow.Remove(product, out var waiting))
        {
            _failed[product] = (waiting.Version, $"it failed on a live image: {fault.Message}");
            Log.FailedInShadow(logger, fault, product, waiting.Version);
            waiting.Detector.Dispose();
        }
    }

    /// <summary>One that failed waits no more.</summary>
    private void Dismiss(string product)
    {
        if (_failed.TryGetValue(product, out var failed))
        {
            if (WaitingOf(product) == failed.Version)
            {
                desk.Reject(product, failed.Version, "host", failed.Why);
            }

            _failed.TryRemove(product, out _);
        }
    }

    private string? WaitingOf(string product)
    {
        try
        {
            return registry.ChallengerOf(product) is { Waits: HoldReason.Shadow } challenger ? challenger.Version : null;
        }
        catch (ModelUnusableException)
        {
            return null;
        }
    }

    private async Task<Detector?> LoadAsync(string product, string version)
    {
        try
        {
            return await Detector.LoadAsync(registry.FolderToLoad(product, version), torch);
        }
        catch (ModelUnusableException fault)
        {
            desk.Reject(product, version, "host", fault.Message);
            Log.ShadowUnusable(logger, product, version, fault.Message);
            return null;
        }
        catch (MachineFaultException fault)
        {
            // Not the model's fault: it goes on waiting, and is tried again after a restart.
            _unloaded[product] = version;
            Log.NotInShadow(logger, product, version, fault.Message);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Model {Version} of {Product} scores live images beside the one in use.")]
        public static partial void InShadow(ILogger logger, string product, string version);

        [LoggerMessage(LogLevel.Error, "Model {Version} of {Product} failed on a live image while it waited in the shadow; it scores no more images and will not take over.")]
        public static partial void FailedInShadow(ILogger logger, Exception fault, string product, string version);

        [LoggerMessage(LogLevel.Warning, "Model {Version} of {Product} goes on waiting, but scores no live images in this run of Sentinel. {Problem}")]
        public static partial void NotInShadow(ILogger logger, string product, string version, string problem);

        [LoggerMessage(LogLevel.Warning, "Model {Version} of {Product} cannot be used and waits no more: {Problem}")]
        public static partial void ShadowUnusable(ILogger logger, string product, string version, string problem);
    }
}
