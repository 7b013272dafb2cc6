using System.Diagnostics.Metrics;

namespace Sentinel.Worker.Telemetry;

/// <content>The host as a whole: intake, storage, heartbeat.</content>
internal sealed partial class SentinelMetrics
{
    private readonly StorageGauges _storage;
    private double _heartbeat;
    private int _paused;
    private int _belowFloor;

    /// <summary>Intake is paused, or with null goes on.</summary>
    public void IntakePaused(string? reason) => Volatile.Write(ref _paused, reason is null ? 0 : 1);

    /// <summary>Intake stands still for want of free space, or does not.</summary>
    public void BelowFloor(bool isBelow) => Volatile.Write(ref _belowFloor, isBelow ? 1 : 0);

    /// <summary>Bytes that are free on the file system of one of Sentinel's folders.</summary>
    public void StorageFree(string folder, long bytes) => _storage.Free(folder, bytes);

    /// <summary>Free bytes below which intake pauses; 0 when it never does.</summary>
    public void StorageFloor(long bytes) => _storage.Floor(bytes);

    /// <summary>Bytes that one of Sentinel's folders takes.</summary>
    public void StorageUsed(string folder, long bytes) => _storage.Used(folder, bytes);

    /// <summary>Inspection is alive.</summary>
    public void Beat() => Volatile.Write(ref _heartbeat, Now);

    private void ObserveHost(Meter meter)
    {
        meter.CreateObservableGauge(
            "sentinel_heartbeat_timestamp_seconds",
            () => Volatile.Read(ref _heartbeat),
            "s",
            "When inspection last showed that it is alive; the start of the host before it first did.");
        meter.CreateObservableGauge(
            "sentinel_intake_paused",
            () => Volatile.Read(ref _paused) | Volatile.Read(ref _belowFloor),
            null,
            "1 while nothing is taken from the inbox, else 0.");
    }
}
