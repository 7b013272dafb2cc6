using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Sentinel.Worker.Telemetry;

/// <summary>What the folders take and what is free around them, as last measured; a scrape measures nothing.</summary>
internal sealed class StorageGauges
{
    private readonly ConcurrentDictionary<string, long> _free = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _used = new(StringComparer.Ordinal);

    private double _floor = double.NaN;

    public StorageGauges(Meter meter)
    {
        meter.CreateObservableGauge("sentinel_storage_floor_bytes", Floor, "By", "Free bytes below which intake pauses; 0 when it never does.");
        meter.CreateObservableGauge("sentinel_storage_free_bytes", () => Values(_free), "By", "Bytes free on the folder's file system.");
        meter.CreateObservableGauge("sentinel_storage_used_bytes", () => Values(_used), "By", "Bytes of all files in the folder.");
    }

    public void Floor(long bytes) => Volatile.Write(ref _floor, bytes);

    public void Free(string folder, long bytes) => _free[folder] = bytes;

    public void Used(string folder, long bytes) => _used[folder] = bytes;

    private IEnumerable<Measurement<double>> Floor() => Volatile.Read(ref _floor) is var floor && double.IsNaN(floor) ? [] : [new(floor)];

    private static IEnumerable<Measurement<long>> Values(ConcurrentDictionary<string, long> folders) =>
        folders.Select(folder => new Measurement<long>(folder.Value, new KeyValuePair<string, object?>("folder", folder.Key)));
}
