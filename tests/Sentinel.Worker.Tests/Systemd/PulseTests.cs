using Microsoft.Extensions.Time.Testing;
using Sentinel.Worker.Systemd;

namespace Sentinel.Worker.Tests.Systemd;

public sealed class PulseTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly SentinelOptions _options = new() { Watchdog = { Patience = TimeSpan.FromMinutes(3) } };
    private readonly Pulse _pulse;

    public PulseTests() => _pulse = new Pulse(_options, _time);

    [Fact]
    public void An_image_that_stands_at_one_station_for_too_long_is_a_hang_however_the_inbox_is_scanned()
    {
        _pulse.Entered();
        Pass(minutes: 3);
        _pulse.Stalled().ShouldBeNull("the decoder has its own time on top");

        Pass(minutes: 1);

        _pulse.Stalled().ShouldBe("inspection, with 1 images in work, has stood still for 240 s");
    }

    [Fact]
    public void Images_that_move_slowly_are_no_hang()
    {
        _pulse.Entered();
        for (var step = 0; step < 10; step++)
        {
            Pass(minutes: 2);
            _pulse.Moved();
        }

        _pulse.Stalled().ShouldBeNull();
    }

    [Fact]
    public void An_empty_line_may_rest_for_ever()
    {
        _pulse.Entered();
        _pulse.Left();

        Pass(minutes: 600);

        _pulse.Stalled().ShouldBeNull();
    }

    [Fact]
    public void A_scan_that_does_not_come_back_is_a_hang_after_its_interval_and_patience()
    {
        _pulse.Scanned(TimeSpan.FromHours(1));
        Pass(minutes: 122, isScanning: false);
        _pulse.Stalled().ShouldBeNull();

        Pass(minutes: 2, isScanning: false);

        _pulse.Stalled().ShouldBe("the scan of the inbox has stood still for 7440 s");
    }

    [Fact]
    public void A_scan_that_waits_for_room_behind_images_that_move_is_no_hang()
    {
        _pulse.Entered();
        for (var step = 0; step < 10; step++)
        {
            Pass(minutes: 2, isScanning: false);
            _pulse.Moved();
        }

        _pulse.Stalled().ShouldBeNull();
    }

    [Fact]
    public void A_scheduler_that_starts_nothing_is_a_hang()
    {
        Pass(minutes: 4, isScheduling: false);

        _pulse.Stalled().ShouldBe("the scheduler has stood still for 240 s");
    }

    [Fact]
    public void What_is_excused_begins_anew()
    {
        _pulse.Entered();
        Pass(minutes: 30);

        _pulse.Excuse();

        _pulse.Stalled().ShouldBeNull();
        Pass(minutes: 4);
        _pulse.Stalled().ShouldNotBeNull();
    }

    private void Pass(int minutes, bool isScanning = true, bool isScheduling = true)
    {
        _time.Advance(TimeSpan.FromMinutes(minutes));
        if (isScanning)
        {
            _pulse.Scanned(TimeSpan.FromSeconds(5));
        }

        if (isScheduling)
        {
            _pulse.SchedulerFired();
        }
    }
}
