using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Sentinel.Worker.Endpoints;
using Sentinel.Worker.Inbox;
using Sentinel.Worker.Ledger;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Tests.Inbox;

/// <summary>A real data root in a temporary folder, with its ledger and a clock that stands still until it is moved.</summary>
internal sealed class DataRoot : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public DataRoot()
    {
        Folders = new DataFolders(Path.Combine(Path.GetTempPath(), $"sentinel-{Guid.NewGuid():N}"));
        Folders.Create();
        Database = new LedgerDatabase(Folders.Ledger, TimeSpan.FromSeconds(1));
        Ledger = new ImageLedger(Database);
        Claims = new Claims(Folders, Ledger, Time, Log.For<Claims>());
        Mark = new DataRootMark(Folders);
        Scanner = new InboxScanner(Folders, Mark, Options, Log.For<InboxScanner>());
        Ready = new ReadyRule(Time);
        Meters = _services.GetRequiredService<IMeterFactory>();
        Metrics = new SentinelMetrics(Meters, Time);
        Storage = new StoragePatience(Readiness, Metrics, TimeProvider.System, Log.For<StoragePatience>());
    }

    public DataFolders Folders { get; }

    public SentinelOptions Options { get; } = new();

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.UtcNow.AddSeconds(1));

    public LedgerDatabase Database { get; }

    public ImageLedger Ledger { get; }

    public Claims Claims { get; }

    public DataRootMark Mark { get; }

    public InboxScanner Scanner { get; }

    public ReadyRule Ready { get; }

    public Readiness Readiness { get; } = new();

    public IMeterFactory Meters { get; }

    public SentinelMetrics Metrics { get; }

    public StoragePatience Storage { get; }

    public LogLines Log { get; } = new();

    /// <summary>Puts a file into the inbox by one rename, as a careful sender does.</summary>
    public string Drop(string relative, byte[]? content = null)
    {
        var path = Path.Combine(Folders.Inbox, relative);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var unfinished = Path.Combine(Folders.Inbox, $".{Guid.NewGuid():N}.tmp");
        File.WriteAllBytes(unfinished, content ?? Guid.NewGuid().ToByteArray());
        File.Move(unfinished, path);
        return path;
    }

    /// <summary>What a scan finds for a product, oldest first.</summary>
    public IReadOnlyList<InboxFile> Waiting(string product) =>
        Scanner.Scan().Products.FirstOrDefault(found => found.Name == product)?.InOrder() ?? [];

    public ClaimedImage Claim(string relative)
    {
        var path = Path.Combine(Folders.Inbox, relative);
        var product = relative.Contains('/') ? relative[..relative.IndexOf('/')] : "default";
        return Claims.Take(new InboxFile(product, path, UnixFile.Stat(path)!.Value))!;
    }

    /// <summary>All files below the root except the ledger's and the root's mark, relative to it, in order.</summary>
    public IReadOnlyList<string> Files(string below = "") =>
        [.. Directory.EnumerateFiles(Path.Combine(Folders.Root, below), "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Folders.Root, path))
            .Where(path => !path.StartsWith("sentinel.db", StringComparison.Ordinal) && path != DataRootMark.FileName)
            .Order(StringComparer.Ordinal)];

    public void Dispose()
    {
        _services.Dispose();
        Log.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(Folders.Root, recursive: true);
    }
}

/// <summary>Keeps what was logged.</summary>
internal sealed class LogLines : ILoggerProvider
{
    private readonly LoggerFactory _factory = new();
    private readonly List<string> _lines = [];

    public LogLines() => _factory.AddProvider(this);

    public IReadOnlyList<string> All
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }

    public ILogger<T> For<T>() => _factory.CreateLogger<T>();

    public ILogger CreateLogger(string categoryName) => new Line(_lines);

    public void Dispose()
    {
    }

    private sealed class Line(List<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (lines)
            {
                lines.Add($"{logLevel}: {formatter(state, exception)}");
            }
        }
    }
}
