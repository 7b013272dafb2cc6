using Sentinel.Core.Detection;
using Sentinel.Worker.Inspection;
using Sentinel.Worker.Ledger;
using Sentinel.Worker.Notifications;
using Sentinel.Worker.Tests.Inbox;

namespace Sentinel.Worker.Tests.Notifications;

/// <summary>A real ledger with an outbox, in which images get their verdicts without being looked at.</summary>
internal sealed class OutboxRoot : IDisposable
{
    private readonly DataRoot _root = new();
    private readonly Dictionary<string, Verdict> _least;
    private CancellationTokenSource _stop = new();
    private int _images;

    public OutboxRoot(Verdict least = Verdict.Suspect)
    {
        _least = new() { [Webhook.Channel] = least, [MqttPublisher.Channel] = least };
        Outbox = new Outbox(_root.Database, _least);
        Ledger = new ImageLedger(_root.Database, Outbox);
    }

    public DataRoot Root => _root;

    public Outbox Outbox { get; private set; }

    public ImageLedger Ledger { get; private set; }

    /// <summary>An image gets its verdict and is filed; its id.</summary>
    public string Inspect(string product, Verdict verdict = Verdict.Anomalous, bool isFiled = true)
    {
        var (number, now) = (++_images, _root.Time.GetUtcNow());
        var file = $"{number:000}.png";
        var (entry, _) = Ledger.Claim(product, file, $"inbox/{product}/{file}", 100, now, now);
        var recorded = new RecordedVerdict
        {
            Sha256 = $"{number:x64}",
            Width = 4,
            Height = 3,
            Verdict = verdict,
            Score = 2,
            Threshold = 1,
            Ratio = 2,
            PValue = 0.01,
            ModelVersion = "1",
            Regions = [new Region(0, 0, 2, 2, 33, 2)],
            InspectedAt = now,
            ResultPath = $"results/{product}/{file}.json",
        };
        Ledger.RecordVerdict(entry.Id, recorded, $"archive/{product}/{file}").ShouldBeTrue();
        if (isFiled)
        {
            File(entry.Id);
        }

        return entry.Id;
    }

    /// <summary>Everything lies in its place, the result file too.</summary>
    public void File(string id)
    {
        var entry = Ledger.Find(id)!;
        var report = InspectionReport.Of(entry, entry.Verdict!, entry.FiledPath);
        AtomicFile.Write(Path.Combine(_root.Folders.Root, entry.Verdict!.ResultPath), id, report.ToJson());
        Ledger.MarkFiled(id, entry.FiledPath, _root.Time.GetUtcNow());
    }

    /// <summary>A courier at work until this is disposed, on the clock of the data root.</summary>
    public Task Send(INotificationChannel channel) => Task.Run(
        () => new Courier(channel, Outbox, Ledger, _root.Folders, _root.Metrics, _root.Time, _root.Log.For<Courier>()).RunAsync(_stop.Token),
        CancellationToken.None);

    /// <summary>Stops the couriers and opens the ledger again, as the next run of the process does.</summary>
    public async Task RestartAsync(params Task[] couriers)
    {
        await _stop.CancelAsync();
        foreach (var courier in couriers)
        {
            await Should.ThrowAsync<OperationCanceledException>(courier.WaitAsync(TimeSpan.FromSeconds(10)));
        }

        _stop.Dispose();
        _stop = new CancellationTokenSource();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        var database = new LedgerDatabase(_root.Folders.Ledger, TimeSpan.FromSeconds(1));
        Outbox = new Outbox(database, _least);
        Ledger = new ImageLedger(database, Outbox);
    }

    /// <summary>So much time passes, second by second, with a moment for what waits for it.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        for (var second = 0; second < time.TotalSeconds; second++)
        {
            _root.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(3, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Time passes until it is so.</summary>
    public async Task PassUntilAsync(Func<bool> isSo, string what)
    {
        var end = DateTime.UtcNow.AddMinutes(1);
        while (!isSo())
        {
            DateTime.UtcNow.ShouldBeLessThan(end, what);
            await PassAsync(TimeSpan.FromSeconds(1));
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
        _root.Dispose();
    }
}
