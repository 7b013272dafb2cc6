using System.Diagnostics;
using Sentinel.Core.Detection;
using Sentinel.Core.Imaging;
using Sentinel.Core.Models;

namespace Sentinel.Core.Training.Gate;

/// <summary>
/// Has a challenger and a champion score the same images, each loaded as inspection would load it. Defects are drawn on held-out good images by
/// families that no model is trained on, the same ones for every pair.
/// </summary>
/// <param name="challenger">The newer model.</param>
/// <param name="champion">The model in use; null when there is none.</param>
/// <param name="limits">Images outside are left out.</param>
internal sealed class GateTrial(Detector challenger, Detector? champion, ImageLimits limits)
{
    private const int Seed = 20_231;
    private const int MostGood = 200;
    private const int FewestGood = 16;

    private Detector? _champion = champion;

    /// <param name="images">What to score.</param>
    /// <param name="time">How long the good images may take; reviewed ones are all scored. At least some good ones are.</param>
    /// <param name="onImage">Called after every image.</param>
    /// <param name="cancel">Ends the trial.</param>
    public async Task<GateTable> RunAsync(GateImages images, TimeSpan time, Action? onImage, CancellationToken cancel)
    {
        var notes = new List<string>(images.Notes);
        var rules = LargerRules() with { Light = LightNormalisation.None };
        var defects = new HeldOutDefects(Seed);
        var clock = Stopwatch.StartNew();
        var (good, synthetic, falseAlarms, real) = (new Scored(), new Scored(), new Scored(), new Scored());
        var independent = new List<bool>();
        foreach (var image in images.Good.Take(MostGood))
        {
            cancel.ThrowIfCancellationRequested();
            if (independent.Count >= FewestGood && clock.Elapsed > time)
            {
                break;
            }

            if (GateImages.TryRead(image.Path, limits, notes) is { } frame)
            {
                var standard = rules.Standardise(frame);
                await AddAsync(good, ToFrame(standard), notes);
                await AddAsync(synthetic, ToFrame(defects.DrawOn(standard)), notes);
                independent.Add(image.IsIndependent);
                onImage?.Invoke();
            }
        }

        foreach (var image in images.Reviewed)
        {
            cancel.ThrowIfCancellationRequested();
            if (GateImages.TryRead(image.Path, limits, notes) is { } frame)
            {
                await AddAsync(image.ShowsDefect ? real : falseAlarms, frame, notes);
                onImage?.Invoke();
            }
        }

        GateScores Of(Detector model, Func<Scored, List<double>> scores) => new()
        {
            Version = model.Model.Version,
            Calibration = model.Model.Calibration,
            Good = scores(good),
            Independent = independent,
            Synthetic = scores(synthetic),
            FalseAlarms = scores(falseAlarms),
            Defects = scores(real),
        };
        return PromotionGate.Decide(_champion is null ? null : Of(_champion, scored => scored.Champion), Of(challenger, scored => scored.Challenger), notes);
    }

    /// <summary>Both see the defects at the resolution of the one that sees more.</summary>
    private Standardisation LargerRules()
    {
        var (own, other) = (challenger.Model.Standardisation, _champion?.Model.Standardisation);
        var larger = other is not null && other.Width * other.Height > own.Width * own.Height ? other : own;
        return larger with { Channels = Math.Max(own.Channels, other?.Channels ?? 1) };
    }

    private async Task AddAsync(Scored to, Frame frame, List<string> notes)
    {
        try
        {
            to.Challenger.Add((await challenger.InspectAsync(frame)).Score);
        }
        catch (ModelUnusableException fault)
        {
            throw FiniteValues.Fault($"The model that was just trained is not stored ({fault.Message})");
        }

        try
        {
            if (_champion is not null)
            {
                to.Champion.Add((await _champion.InspectAsync(frame)).Score);
            }
        }
        catch (ModelUnusableException fault)
        {
            // It would keep out every challenger, although the host has put it out of use as well.
            notes.Add($"Model {_champion!.Model.Version} was not compared with: {fault.Message}");
            _champion = null;
        }
    }

    private static Frame ToFrame(StandardImage image)
    {
        var samples = new ushort[image.Samples.Length];
        var area = image.Width * image.Height;
        for (var c = 0; c < image.Channels; c++)
        {
            for (var i = 0; i < area; i++)
            {
                samples[i * image.Channels + c] = (ushort)(Math.Clamp(image.Samples[c * area + i], 0, 1) * 65535 + 0.5f);
            }
        }

        return new Frame(image.Width, image.Height, image.Channels, samples, bitDepth: 16);
    }

    private sealed record Scored
    {
        public List<double> Challenger { get; } = [];

        public List<double> Champion { get; } = [];
    }
}
