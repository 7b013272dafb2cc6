using System.Net.Http.Json;
using Sentinel.Core.Imaging;
using Sentinel.Core.Models;
using Sentinel.Core.Torch;
using Sentinel.Core.Training;
using Sentinel.Worker.Endpoints;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Demo;

/// <summary>The demo: teaches the real host a product, drops images into its inbox and gathers what it says of them.</summary>
internal sealed class DemoRun(DemoPlan plan) : IAsyncDisposable
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(500);

    private readonly IConfiguration _settings = DemoSettings.For(plan);
    private WebApplication? _host;

    /// <summary>Where the host answers, without a path.</summary>
    public string Address => _settings["Sentinel:Http:Urls"]!;

    /// <summary>Writes the known-good images and says how many they are.</summary>
    public int Prepare()
    {
        plan.Folders.Create();
        return plan.Product.WriteKnownGood(Directory.CreateDirectory(Path.Combine(plan.Folders.Good, plan.Product.Name)).FullName);
    }

    /// <summary>Starts the host, which trains by itself, and waits until it can inspect the product.</summary>
    /// <exception cref="TrainingRefusedException">The training did not end with a model; the message is its own.</exception>
    /// <exception cref="MachineFaultException">The training found that this machine computes wrongly.</exception>
    /// <exception cref="ModelUnusableException">The host does not take the model up.</exception>
    public async Task<string> LearnAsync(IProgress<TrainingProgress> progress, CancellationToken cancel)
    {
        _host = SentinelHost.Build(_settings);
        await _host.StartAsync(cancel);
        return await WhileHostRunsAsync(_host, token => ModelAsync(progress, token), cancel);
    }

    /// <summary>Drops the test images, waits for their results and draws the contact sheet.</summary>
    public async Task<DemoOutcome> InspectAsync(IProgress<TrainingProgress> progress, CancellationToken cancel)
    {
        var images = plan.Product.TestImages().ToList();
        var inbox = new DemoInbox(plan.Folders, plan.Product.Name);
        inbox.Drop(images);
        var started = DateTime.UtcNow;
        var verdicts = await WhileHostRunsAsync(_host!, token => ResultsAsync(inbox, images, Report, token), cancel);

        var sheet = Path.Combine(plan.Folders.Root, "contact-sheet.png");
        ImageFile.WritePng(sheet, new DemoSheet(plan.Folders, new ImageLimits()).Draw(verdicts));
        return new DemoOutcome(verdicts, sheet, Address);

        void Report(int done)
        {
            var left = done == 0 ? TimeSpan.Zero : (DateTime.UtcNow - started) * (images.Count - done) / done;
            progress.Report(new("inspecting", (double)done / images.Count, 0, double.NaN, 0, left));
        }
    }

    /// <summary>Leaves the host running until it is told to stop.</summary>
    public Task KeepRunningAsync(CancellationToken cancel) => _host!.WaitForShutdownAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.StopAsync();
            await _host.DisposeAsync();
        }
    }

    /// <summary>The results; where they do not come because the model was put out of use, the reason for that.</summary>
    private async Task<IReadOnlyList<DemoVerdict>> ResultsAsync(DemoInbox inbox, IReadOnlyList<DemoImage> images, Action<int> progress, CancellationToken cancel)
    {
        try
        {
            return await inbox.ResultsAsync(images, progress, cancel);
        }
        catch (IOException fault)
        {
            using var client = new HttpClient { BaseAddress = new Uri(Address) };
            if (await ProblemOfModelAsync(client, cancel) is { } problem)
            {
                throw new ModelUnusableException(problem, fault);
            }

            throw;
        }
    }

    /// <summary>The version that the host inspects with, once it does.</summary>
    private async Task<string> ModelAsync(IProgress<TrainingProgress> progress, CancellationToken cancel)
    {
        using var client = new HttpClient { BaseAddress = new Uri(Address) };
        for (var started = DateTime.UtcNow; ; await Task.Delay(_pause, cancel))
        {
            var products = await client.GetFromJsonAsync<List<ProductReport>>("/api/products", cancel);
            var product = products?.SingleOrDefault(p => p.Name == plan.Product.Name);
            if (product?.Model is { } version)
            {
                return version;
            }

            if (product?.LastOutcome is TrainingOutcomes.MachineFault)
            {
                // Which fault it was stays in the trainer's process; its message is all that is shown.
                throw new MachineFaultException(MachineFault.FigureMissed, product.LastError!);
            }

            if (product?.LastOutcome is TrainingOutcomes.Refused or TrainingOutcomes.Failed)
            {
                throw new TrainingRefusedException($"The training of '{product.Name}' {product.LastOutcome}: {product.LastError}");
            }

            if (product?.LastOutcome is TrainingOutcomes.Trained && await ProblemOfModelAsync(client, cancel) is { } problem)
            {
                throw new ModelUnusableException(problem);
            }

            if (product?.TrainingProgress is { } fraction)
            {
                var left = plan.Budget - (DateTime.UtcNow - started);
                progress.Report(new("training", fraction, 0, double.NaN, 0, left < TimeSpan.Zero ? TimeSpan.Zero : left));
            }
        }
    }

    /// <summary>Why the host does not take up the product's model, or null.</summary>
    private async Task<string?> ProblemOfModelAsync(HttpClient client, CancellationToken cancel)
    {
        using var answer = await client.GetAsync("/readyz", cancel);
        var report = await answer.Content.ReadFromJsonAsync<HealthReport>(cancel);
        return report?.Problems.GetValueOrDefault($"model {plan.Product.Name}");
    }

    /// <summary>Waits for <paramref name="work"/>; a host that stops by itself meanwhile ends it with the host's own fault.</summary>
    private static async Task<T> WhileHostRunsAsync<T>(WebApplication host, Func<CancellationToken, Task<T>> work, CancellationToken cancel)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, host.Lifetime.ApplicationStopping);
        try
        {
            return await work(either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested && host.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            await Task.WhenAll(host.Services.GetServices<IHostedService>().OfType<BackgroundService>()
                .Select(service => service.ExecuteTask).Where(task => task is { IsFaulted: true }).OfType<Task>());
            throw;
        }
    }
}
