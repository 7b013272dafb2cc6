namespace Sentinel.Core.Tests.Detection.Encoder;

/// <summary>A clock that is one second later each time it is looked at.</summary>
internal sealed class TickingClock : TimeProvider
{
    private long _seconds;

    public override long TimestampFrequency => 1;

    public override long GetTimestamp() => _seconds++;
}
