using Microsoft.Extensions.Configuration;
using Sentinel.Worker.Configuration;

namespace Sentinel.Worker.Tests.Configuration;

public sealed class SentinelConfigurationTests
{
    [Fact]
    public void Everything_that_is_wrong_is_reported_at_once_each_with_its_key()
    {
        var wrong = Should.Throw<ConfigurationException>(() => Bind(
            ("FalseAlarmBudget", "0.9"),
            ("Training:Budget", "soon"),
            ("Training:Schedule", "every night"),
            ("Http:Urls", "127.0.0.1:9464"),
            ("Limits:MinSide", "0"),
            ("Limits:DecodeTime", "0"),
            ("Storage:FreeSpaceFloor", "-1"),
            ("Storage:RetentionSchedule", "hourly"),
            ("Retention:Normal:MaxAge", "-1.00:00:00"),
            ("Products:tile:Retention:Failed:MaxCount", "many"),
            ("Inbox:Ready", "soon"),
            ("Products:tile:Inbox:Ready", "7"),
            ("Products:ti/le:Training:Seed", "x")));

        wrong.Errors.ShouldContain(e => e.StartsWith("Sentinel:FalseAlarmBudget: 0.9 is outside"));
        wrong.Errors.ShouldContain(e => e.StartsWith("Sentinel:Training:Budget: 'soon' is not a time span"));
        wrong.Errors.ShouldContain(e => e.StartsWith("Sentinel:Training:Schedule: 'every night' is neither 'nightly' nor a cron expression"));
        wrong.Errors.ShouldContain(e => e.StartsWith("Sentinel:Http:Urls: '127.0.0.1:9464' is not an address"));
        wrong.Errors.ShouldContain(e => e.StartsWith("Sentinel:Limits:MinSide: 0 is outside"));
        wrong.Errors.ShouldContain(e => e.StartsWith("Sentinel:Limits:DecodeTime: 00:00:00 is outside"));
        wrong.Errors.ShouldContain(e => e.StartsWith("Sentinel:Storage:FreeSpaceFloor: -1 is outside"));
        wrong.Errors.ShouldContain(e => e.StartsWith("Sentinel:Storage:RetentionSchedule: 'hourly' is not a cron expression"));
        wrong.Errors.ShouldContain(e => e.StartsWith("Sentinel:Retention:Normal:MaxAge: -1.00:00:00 is outside"));
        wrong.Errors.ShouldContain(e => e.StartsWith("Sentinel:Products:tile:Retention:Failed:MaxCount: 'many' is not a whole number"));
        wrong.Errors.ShouldContain("Sentinel:Inbox:Ready: 'soon' is not one of Quiet, Rename, Marker.");
        wrong.Errors.ShouldContain(e => e.StartsWith("Sentinel:Products:tile:Inbox:Ready: "));
        wrong.Errors.ShouldContain(e => e.StartsWith("Sentinel:Products:ti/le:Training:Seed: 'x' is not a whole number"));
    }

    [Theory]
    [InlineData("FalseAlarmBudgt", "FalseAlarmBudget")]
    [InlineData("Training:budgets", "Budget")]
    [InlineData("Products:tile:Trainig:Budget", "Training")]
    public void A_misspelt_key_is_an_error_that_names_the_nearest(string key, string nearest)
    {
        var wrong = Should.Throw<ConfigurationException>(() => Bind((key, "1")));

        wrong.Errors.ShouldHaveSingleItem().ShouldEndWith($"there is no such setting; did you mean {nearest}?");
    }

    [Fact]
    public void A_key_that_resembles_nothing_is_an_error_without_a_guess() =>
        Should.Throw<ConfigurationException>(() => Bind(("Wavelength", "633"))).Errors.ShouldHaveSingleItem()
            .ShouldBe("Sentinel:Wavelength: there is no such setting.");

    [Fact]
    public void A_product_has_its_own_settings_over_the_defaults()
    {
        var options = Bind(
            ("FalseAlarmBudget", "0.02"),
            ("Training:Seed", "7"),
            ("Products:tile:FalseAlarmBudget", "0.001"),
            ("Retention:Normal:MaxCount", "1000"),
            ("Products:tile:Retention:Normal:MaxAge", "30.00:00:00"),
            ("Products:tile:Training:Budget", "00:30:00"),
            ("Inbox:Ready", "rename"),
            ("Products:tile:Inbox:Ready", "marker"));

        var tile = options.SettingsOf("tile");
        tile.FalseAlarmBudget.ShouldBe(0.001);
        tile.Training.Budget.ShouldBe(TimeSpan.FromMinutes(30));
        tile.Training.Seed.ShouldBe(7);
        (tile.Retention.Normal.MaxAge, tile.Retention.Normal.MaxCount).ShouldBe((TimeSpan.FromDays(30), 1000));
        options.SettingsOf("cookie").FalseAlarmBudget.ShouldBe(0.02);
        tile.Inbox.Ready.ShouldBe(ReadySign.Marker);
        options.SettingsOf("cookie").Inbox.Ready.ShouldBe(ReadySign.Rename);
        options.SettingsOf("cookie").Training.Budget.ShouldBe(TimeSpan.FromMinutes(5));
    }

    [Fact]
    public void What_a_product_takes_over_from_the_defaults_is_reported_once()
    {
        var wrong = Should.Throw<ConfigurationException>(() => Bind(("SuspectBudget", "0.001"), ("Products:tile:Training:Seed", "2")));

        wrong.Errors.ShouldHaveSingleItem().ShouldStartWith("Sentinel:SuspectBudget:");
    }

    [Fact]
    public void Inspection_is_made_to_hang_only_under_the_debug_flag()
    {
        var wrong = Should.Throw<ConfigurationException>(() => Bind(("Watchdog:HangWhile", "/run/hang")));

        wrong.Errors.ShouldHaveSingleItem().ShouldStartWith("Sentinel:Watchdog:HangWhile: ");
        Bind(("Watchdog:HangWhile", "/run/hang"), ("Watchdog:AllowHang", "true")).Watchdog.HangWhile.ShouldBe("/run/hang");
    }

    [Theory]
    [InlineData(";")]
    [InlineData(" ; ")]
    public void Addresses_that_are_none_are_an_error(string urls)
    {
        var wrong = Should.Throw<ConfigurationException>(() => Bind(("Http:Urls", urls)));

        wrong.Errors.ShouldHaveSingleItem().ShouldBe($"Sentinel:Http:Urls: '{urls}' names no address; give one like http://127.0.0.1:9464.");
    }

    [Fact]
    public void The_file_beside_the_executable_is_sound() =>
        SentinelConfiguration.Bind(SentinelConfiguration.Read()).Training.Schedule.ShouldBe("nightly");

    [Fact]
    public void The_command_line_takes_keys_with_and_without_the_section()
    {
        var options = SentinelConfiguration.Bind(SentinelConfiguration.Read("./elsewhere", ["Training:Seed=3", "Sentinel:FalseAlarmBudget=0.03"]));

        options.DataRoot.ShouldBe("./elsewhere");
        options.Training.Seed.ShouldBe(3);
        options.FalseAlarmBudget.ShouldBe(0.03);
    }

    private static SentinelOptions Bind(params (string Key, string Value)[] settings) => SentinelConfiguration.Bind(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create($"Sentinel:{s.Key}", (string?)s.Value))).Build());
}
