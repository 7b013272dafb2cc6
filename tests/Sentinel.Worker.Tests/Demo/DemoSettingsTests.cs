using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Sentinel.Worker.Configuration;
using Sentinel.Worker.Demo;

namespace Sentinel.Worker.Tests.Demo;

public sealed class DemoSettingsTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("sentinel-demo-").FullName;

    [Fact]
    public void The_demo_lays_its_settings_over_those_of_the_user()
    {
        var plan = Plan(new() { ["Sentinel:Training:Budget"] = "01:00:00", ["Sentinel:FalseAlarmBudget"] = "0.02" });

        var options = SentinelConfiguration.Bind(DemoSettings.For(plan));

        options.DataRoot.ShouldBe(_root);
        options.Training.Budget.ShouldBe(TimeSpan.FromSeconds(20));
        options.Training.Seed.ShouldBe(8);
        options.FalseAlarmBudget.ShouldBe(0.02);
    }

    [Fact]
    public void Another_port_is_taken_when_the_wanted_one_is_in_use()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var options = SentinelConfiguration.Bind(DemoSettings.For(Plan(new() { ["Sentinel:Http:Urls"] = $"http://127.0.0.1:{port}" })));

        options.Http.Urls.ShouldStartWith("http://127.0.0.1:");
        new Uri(options.Http.Urls).Port.ShouldNotBe(port);
    }

    [Fact]
    public void A_folder_with_something_in_it_is_not_a_fresh_data_root()
    {
        File.WriteAllText(Path.Combine(_root, "precious.txt"), "");

        Should.Throw<IOException>(() => FreshDataRoot.Choose(_root)).Message.ShouldContain("is not empty");
        FreshDataRoot.Choose(Path.Combine(_root, "new")).Root.ShouldBe(Path.Combine(_root, "new"));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private DemoPlan Plan(Dictionary<string, string?> settings) => new()
    {
        Product = new DrawnPlates(8),
        Folders = new DataFolders(_root),
        Budget = TimeSpan.FromSeconds(20),
        Seed = 8,
        Settings = new ConfigurationBuilder().AddInMemoryCollection(settings).Build(),
    };
}
