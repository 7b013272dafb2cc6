using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Sentinel.Worker.Configuration;

namespace Sentinel.Worker.Tests.Commands;

public sealed class CommandLineTests : IDisposable
{
    private readonly TemporaryFolder _data = new();

    [Theory]
    [InlineData("train")]
    [InlineData("train", "--product", "no/slash")]
    [InlineData("train", "--product", "tile", "--budget", "00:00:01")]
    [InlineData("train", "--product", "tile", "--budget", "soon")]
    [InlineData("score", "--product", "tile")]
    [InlineData("denoise", "image.png", "--product", "tile")]
    [InlineData("denoise", "image.png", "--out", "clean")]
    [InlineData("denoise", "image.png", "--out", "clean", "--product", "tile", "--model", "models/tile/1")]
    [InlineData("evaluate")]
    [InlineData("evaluate", "set", "--seeds", "0")]
    [InlineData("evaluate", "set", "--seeds", "3", "--model", "models/tile/1")]
    [InlineData("selftest", "--seed", "first")]
    [InlineData("polish")]
    [InlineData("inbox")]
    [InlineData("inbox", "doctor", "--polish")]
    [InlineData("models")]
    [InlineData("models", "show")]
    [InlineData("models", "compare", "1", "--product", "tile")]
    [InlineData("products", "pause")]
    [InlineData("audit")]
    [InlineData("what-if", "--product", "tile")]
    [InlineData("what-if", "--product", "tile", "--budget", "80%")]
    [InlineData("what-if", "--product", "tile", "--model", "2", "--apply")]
    public async Task Wrong_usage_ends_with_2_and_says_where_help_is(params string[] arguments)
    {
        using var sentinel = new SentinelProcess(arguments);

        (await sentinel.EndAsync()).ShouldBe(2);
        sentinel.Errors.ShouldContain("--help");
        sentinel.Errors.Split('\n').Length.ShouldBe(1);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("train")]
    [InlineData("score")]
    [InlineData("denoise")]
    [InlineData("evaluate")]
    [InlineData("selftest")]
    [InlineData("health")]
    [InlineData("inbox")]
    [InlineData("inbox doctor")]
    [InlineData("models list")]
    [InlineData("models show")]
    [InlineData("models compare")]
    [InlineData("models approve")]
    [InlineData("models rollback")]
    [InlineData("models prune")]
    [InlineData("products list")]
    [InlineData("products train")]
    [InlineData("products pause")]
    [InlineData("products resume")]
    [InlineData("what-if")]
    [InlineData("audit verify")]
    [InlineData("audit show")]
    public async Task Every_verb_has_help_with_an_example(string verb)
    {
        using var sentinel = new SentinelProcess([.. verb.Split(' '), "--help"]);

        (await sentinel.EndAsync()).ShouldBe(0);
        sentinel.Output.ShouldContain($"Example:\n  sentinel {verb} ");
        sentinel.Output.ShouldContain("--data <DIR>");
        sentinel.Output.ShouldContain("--json");
    }

    [Fact]
    public async Task A_wrong_configuration_ends_the_start_at_once_with_every_error_and_no_stack_trace()
    {
        using var sentinel = new SentinelProcess(
            ["--data", _data.Path, "--set", "Training:Budgett=1"], ("Sentinel__FalseAlarmBudget", "2"), ("Sentinel__Training__Schedule", "weekly"));

        (await sentinel.EndAsync()).ShouldBe(1);
        sentinel.Errors.ShouldContain("Sentinel:Training:Budgett: there is no such setting; did you mean Budget?");
        sentinel.Errors.ShouldContain("Sentinel:FalseAlarmBudget: 2 is outside");
        sentinel.Errors.ShouldContain("Sentinel:Training:Schedule: 'weekly'");
        sentinel.Errors.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task What_does_not_fit_the_machine_is_reported_together_with_what_is_wrong_in_itself()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        using var sentinel = new SentinelProcess(
            "run", "--data", _data["not", "there"], "--set", $"Http:Urls=http://127.0.0.1:{port}", "--set", "Wavelength=633", "--set", "FalseAlarmBudget=3",
            "--set", "Training:Schedule=0 2 * *", "--set", $"Http:Certificate={_data["no.crt"]}", "--set", $"Http:CertificateKey={_data["no.key"]}");

        (await sentinel.EndAsync()).ShouldBe(1);
        var errors = sentinel.Errors.Split('\n');
        errors.Length.ShouldBe(7);
        errors.ShouldContain(e => e.StartsWith("Sentinel:SuspectBudget: 0.05 is below FalseAlarmBudget"));
        errors.ShouldContain("Sentinel:Wavelength: there is no such setting.");
        errors.ShouldContain(e => e.StartsWith("Sentinel:FalseAlarmBudget: 3 is outside"));
        errors.ShouldContain(e => e.StartsWith("Sentinel:Training:Schedule: '0 2 * *' is neither 'nightly' nor a cron expression"));
        errors.ShouldContain(e => e.StartsWith($"Sentinel:DataRoot: neither '{_data["not", "there"]}' nor the folder above it is there."));
        errors.ShouldContain(e => e.StartsWith($"Sentinel:Http:Certificate: '{_data["no.crt"]}'"));
        errors.ShouldContain($"Sentinel:Http:Urls: port {port} is in use by another program. Stop it, or choose another address.");
    }

    [Theory]
    [InlineData("http://0.0.0.0:9464", false, false, "Urls", "Token")]
    [InlineData("http://0.0.0.0:9464", true, false, "Token")]
    [InlineData("http://10.1.2.3:9464", false, true, "Urls")]
    [InlineData("https://0.0.0.0:9464", false, true, "Certificate")]
    [InlineData("http://*:9464", true, true)]
    [InlineData("http://127.0.0.1:9464", true, false, "Token")]
    [InlineData("http://127.0.0.1:9464;http://[::1]:9465", true, true)]
    [InlineData("http://127.0.0.1:9464;http://0.0.0.0:9465", true, false, "Token")]
    [InlineData("http://localhost:9464;http://[::1]:9465", false, false)]
    public void Other_machines_are_let_in_only_with_a_token_and_encryption(string urls, bool behindProxy, bool token, params string[] wrong)
    {
        var settings = new Dictionary<string, string?> { ["Sentinel:Http:Urls"] = urls, ["Sentinel:Http:BehindProxy"] = behindProxy.ToString() };
        if (token)
        {
            settings["Sentinel:Http:Token"] = new string('t', 20);
        }

        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();

        SentinelConfiguration.Check(configuration).Errors.Select(e => e.Split(": ")[0]).ShouldBe(wrong.Select(key => $"Sentinel:Http:{key}"), ignoreOrder: true);
    }

    [Fact]
    public async Task A_verb_finds_a_host_that_others_reach_without_being_able_to_read_its_token()
    {
        using var health = new SentinelProcess("health", "--set", "Http:Urls=http://0.0.0.0:1", "--set", "Http:BehindProxy=true");

        (await health.EndAsync()).ShouldBe(1);
        health.Errors.ShouldStartWith("No Sentinel answers on http://127.0.0.1:1/");
    }

    [Fact]
    public void A_short_token_is_refused_without_being_told()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Sentinel:Http:Token", "hunter2")]).Build();

        SentinelConfiguration.Check(configuration).Errors.ShouldHaveSingleItem().ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task The_command_line_goes_over_the_environment()
    {
        using var fromEnvironment = new SentinelProcess(["health"], ("Sentinel__Http__Urls", "http://127.0.0.1:1"));
        using var fromCommandLine = new SentinelProcess(["health", "--set", "Http:Urls=http://127.0.0.1:2"], ("Sentinel__Http__Urls", "http://127.0.0.1:1"));

        (await fromEnvironment.EndAsync()).ShouldBe(1);
        (await fromCommandLine.EndAsync()).ShouldBe(1);
        fromEnvironment.Errors.ShouldStartWith("No Sentinel answers on http://127.0.0.1:1/");
        fromCommandLine.Errors.ShouldStartWith("No Sentinel answers on http://127.0.0.1:2/");
    }

    [Fact]
    public async Task A_port_in_use_is_one_line()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        using var sentinel = new SentinelProcess("run", "--data", _data.Path, "--set", $"Http:Urls=http://127.0.0.1:{port}");

        (await sentinel.EndAsync()).ShouldBe(1);
        sentinel.Errors.ShouldBe($"Sentinel:Http:Urls: port {port} is in use by another program. Stop it, or choose another address.");
        sentinel.Output.ShouldBeEmpty();
    }

    [Fact]
    public async Task There_is_one_host_per_data_root_and_it_stops_when_told()
    {
        var address = $"http://127.0.0.1:{FreePort.Next()}";
        using var first = new SentinelProcess("--data", _data.Path, "--set", $"Http:Urls={address}");
        await Eventually.AnswersAsync($"{address}/readyz");

        using var second = new SentinelProcess("run", "--data", _data.Path, "--set", $"Http:Urls=http://127.0.0.1:{FreePort.Next()}");
        (await second.EndAsync()).ShouldBe(1);
        second.Errors.ShouldBe($"Another Sentinel already runs on {_data.Path}. Stop it, or give this one a folder of its own with --data DIR.");

        using var health = new SentinelProcess("health", "--json", "--set", $"Http:Urls={address}");
        (await health.EndAsync()).ShouldBe(0);
        JsonDocument.Parse(health.Output).RootElement.GetProperty("status").GetString().ShouldBe("ready");

        first.Signal("TERM");
        (await first.EndAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_training_without_a_folder_says_what_to_do_also_to_machines()
    {
        using var sentinel = new SentinelProcess("train", "--product", "tile", "--data", _data.Path, "--json");

        (await sentinel.EndAsync()).ShouldBe(1);
        sentinel.Errors.ShouldBe($"There is no folder {_data["good", "tile"]}. Put images of good products there, or name their folder with --good DIR.");
        JsonDocument.Parse(sentinel.Output).RootElement.GetProperty("kind").GetString().ShouldBe("trainingRefused");
    }

    [Theory]
    [InlineData("score")]
    [InlineData("denoise")]
    public async Task A_product_without_a_model_says_how_to_train_one(string verb)
    {
        var images = _data.Images(1, "new");
        using var sentinel = new SentinelProcess(verb, images, "--product", "tile", "--out", _data["out"], "--data", _data.Path);

        (await sentinel.EndAsync()).ShouldBe(1);
        sentinel.Errors.ShouldContain("tile has no model in ");
        sentinel.Errors.ShouldContain("sentinel train --product tile --good DIR");
    }

    public void Dispose() => _data.Dispose();
}
