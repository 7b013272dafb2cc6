using Microsoft.Extensions.Configuration;
using Sentinel.Worker.Configuration;
using YamlDotNet.Serialization;

namespace Sentinel.Worker.Tests.Deployment;

/// <summary>What <c>compose.yaml</c> can be held against without its images; <c>tests/container.sh</c> brings it up.</summary>
public sealed class ComposeTests
{
    private const string Folder = "deploy/container";

    private readonly Dictionary<object, object> _compose = Read($"{Folder}/compose.yaml");

    [Fact]
    public void What_is_mounted_is_there_and_what_is_named_is_declared()
    {
        foreach (var (name, service) in Services())
        {
            foreach (var volume in List(service, "volumes").Select(mount => Default(mount).Split(':')[0]))
            {
                if (volume.StartsWith('.'))
                {
                    Path.Exists(Repository.PathOf($"{Folder}/{volume}")).ShouldBeTrue($"{name} mounts {volume}");
                }
                else
                {
                    Map(_compose, "volumes").Keys.ShouldContain(volume);
                }
            }

            if (service.TryGetValue("secrets", out var secrets))
            {
                ((List<object>)secrets).ShouldAllBe(secret => Map(_compose, "secrets").ContainsKey(Map(secret)["source"]));
            }
        }

        File.Exists(Repository.PathOf((string)Map(Map(Services()["sentinel"], "build"))["dockerfile"])).ShouldBeTrue();
        File.ReadAllText(Repository.PathOf($"{Folder}/up.sh")).ShouldContain(((string)Map(Map(_compose, "secrets")["token"])["file"])[2..]);
    }

    [Fact]
    public void None_dies_with_another_and_only_this_machine_reaches_them()
    {
        var services = Services();

        services.Keys.ShouldBe(["sentinel", "prometheus", "alertmanager", "grafana"]);
        services.Values.ShouldAllBe(service => !service.ContainsKey("network_mode") && (string)service["restart"] == "unless-stopped");
        services.Values.SelectMany(service => List(service, "ports")).ShouldAllBe(port => port.StartsWith("127.0.0.1:", StringComparison.Ordinal));
        services.Values.ShouldAllBe(service => List(service, "cap_drop").Single() == "ALL");
    }

    [Fact]
    public void Sentinel_starts_with_the_settings_that_it_is_given_and_only_with_the_token()
    {
        var sentinel = Services()["sentinel"];
        var settings = Map(sentinel, "environment").Select(s => KeyValuePair.Create(((string)s.Key).Replace("__", ":", StringComparison.Ordinal), (string?)s.Value)).ToList();
        var token = KeyValuePair.Create("Sentinel:Http:Token", (string?)new string('t', 64));

        Errors([.. settings, token]).ShouldBeEmpty();
        Errors(settings).ShouldHaveSingleItem().ShouldStartWith("Sentinel:Http:Token: ");
        Map(((List<object>)sentinel["secrets"]).Single())["target"].ShouldBe("/run/credentials/Sentinel__Http__Token");
    }

    [Theory]
    [InlineData("prometheus.yml", "deploy/prometheus/prometheus.yml")]
    [InlineData("datasource.yml", "deploy/grafana/provisioning/datasources/prometheus.yml")]
    public void What_has_a_form_of_its_own_here_differs_only_in_names_and_token(string here, string plain)
    {
        string[] local = ["127.0.0.1:9464", "127.0.0.1:9093", "127.0.0.1:9090"], named = ["sentinel:9464", "alertmanager:9093", "prometheus:9090"];
        var expected = File.ReadAllText(Repository.PathOf(plain));
        foreach (var (address, name) in local.Zip(named))
        {
            expected = expected.Replace(address, name, StringComparison.Ordinal);
        }

        Lines(File.ReadAllText(Repository.PathOf($"{Folder}/{here}"))).Where(line => !line.Contains("authorization:") && !line.Contains("credentials_file: /run/secrets/token"))
            .ShouldBe(Lines(expected));
    }

    private static IEnumerable<string> Lines(string yaml) => yaml.Split('\n').Where(line => line.Length > 0 && line[0] != '#');

    private static IReadOnlyList<string> Errors(List<KeyValuePair<string, string?>> settings) =>
        SentinelConfiguration.Check(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()).Errors;

    private Dictionary<string, Dictionary<object, object>> Services() => Map(_compose, "services").ToDictionary(s => (string)s.Key, s => Map(s.Value));

    private static Dictionary<object, object> Read(string file) => new DeserializerBuilder().Build().Deserialize<Dictionary<object, object>>(File.ReadAllText(Repository.PathOf(file)));

    private static Dictionary<object, object> Map(object value, string? key = null) => (Dictionary<object, object>)(key is null ? value : ((Dictionary<object, object>)value)[key]);

    private static IEnumerable<string> List(Dictionary<object, object> service, string key) => service.TryGetValue(key, out var list) ? ((List<object>)list).Cast<string>() : [];

    /// <summary><c>${NAME:-default}</c> as it is when the name is not set.</summary>
    private static string Default(string text) => text.StartsWith("${", StringComparison.Ordinal) ? text[(text.IndexOf(":-", StringComparison.Ordinal) + 2)..].Replace("}", "", StringComparison.Ordinal) : text;
}
