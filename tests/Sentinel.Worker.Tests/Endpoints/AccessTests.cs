using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Sentinel.Worker.Endpoints;

namespace Sentinel.Worker.Tests.Endpoints;

public sealed class AccessTests : IDisposable
{
    private const string Token = "a-token-that-nobody-guesses";

    private readonly TemporaryFolder _data = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/metrics")]
    [InlineData("/api/products")]
    [InlineData("/not-there")]
    public async Task With_a_token_nothing_but_health_answers_without_it(string path)
    {
        await using var host = await RunningHost.StartAsync(_data, ("Sentinel:Http:Token", Token));

        var refused = await host.Client.GetAsync(path, Cancel);
        refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        refused.Headers.WwwAuthenticate.ShouldHaveSingleItem().Scheme.ShouldBe("Bearer");
        foreach (var wrong in new[] { Token[..^1], Token + "x", Token.ToUpperInvariant(), "", " " })
        {
            (await AskAsync(host, path, wrong)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized, wrong);
        }

        (await AskAsync(host, path, Token)).StatusCode.ShouldBe(path == "/not-there" ? HttpStatusCode.NotFound : HttpStatusCode.OK);
    }

    [Fact]
    public async Task Whoever_has_no_token_learns_that_it_is_not_ready_but_not_why()
    {
        await using var host = await RunningHost.StartAsync(_data, ("Sentinel:Http:Token", Token));
        host.Services.GetRequiredService<Readiness>().Report("storage", "Cannot write /srv/secret-project.");

        var stranger = await host.Client.GetAsync("/readyz", Cancel);
        var friend = await AskAsync(host, "/readyz", Token);

        stranger.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await stranger.Content.ReadAsStringAsync(Cancel)).ShouldNotContain("secret-project");
        (await friend.Content.ReadAsStringAsync(Cancel)).ShouldContain("secret-project");
        (await host.Client.GetAsync("/healthz", Cancel)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("evil.example", HttpStatusCode.Forbidden)]
    [InlineData("127.0.0.1.evil.example", HttpStatusCode.Forbidden)]
    [InlineData("localhost", HttpStatusCode.OK)]
    [InlineData("[::1]", HttpStatusCode.OK)]
    public async Task Without_a_token_a_page_that_gives_this_machine_another_name_is_refused(string name, HttpStatusCode expected)
    {
        await using var host = await RunningHost.StartAsync(_data);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics") { Headers = { Host = name } };

        (await host.Client.SendAsync(request, Cancel)).StatusCode.ShouldBe(expected);
    }

    [Fact]
    public async Task Without_a_token_another_sites_page_changes_nothing()
    {
        await using var host = await RunningHost.StartAsync(_data);
        using var foreign = new HttpRequestMessage(HttpMethod.Post, "/api/products");
        foreign.Headers.Add("Origin", "https://evil.example");
        using var own = new HttpRequestMessage(HttpMethod.Post, "/api/products");

        (await host.Client.SendAsync(foreign, Cancel)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await host.Client.SendAsync(own, Cancel)).StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
    }

    [Theory]
    [InlineData("GET /../../../../etc/passwd HTTP/1.1")]
    [InlineData("GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1")]
    [InlineData("GET /..%2f..%2f..%2fetc%2fpasswd HTTP/1.1")]
    [InlineData("GET //etc/passwd HTTP/1.1")]
    [InlineData("GET /api/products/..%5c..%5cetc HTTP/1.1")]
    public async Task No_path_leads_to_a_file(string line)
    {
        await using var host = await RunningHost.StartAsync(_data);

        var answer = await SayAsync(host, $"{line}\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        answer.ShouldMatch("^HTTP/1.1 (404|400) ");
        answer.ShouldNotContain("root:");
    }

    [Fact]
    public async Task Requests_that_are_larger_than_any_caller_needs_are_refused()
    {
        await using var host = await RunningHost.StartAsync(_data);
        var (line, header) = (new string('a', 5_000), new string('b', 17_000));

        (await SayAsync(host, $"GET /{line} HTTP/1.1\r\nHost: localhost\r\n\r\n")).ShouldStartWith("HTTP/1.1 414 ");
        (await SayAsync(host, $"GET /metrics HTTP/1.1\r\nHost: localhost\r\nX-Long: {header}\r\n\r\n")).ShouldStartWith("HTTP/1.1 431 ");
    }

    [Fact]
    public async Task A_body_over_64_KB_is_refused_before_it_is_sent()
    {
        await using var host = await RunningHost.StartAsync(_data);

        (await SayAsync(host, $"POST /api/products/tile/train HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {(64 << 10) + 1}\r\n\r\n")).ShouldStartWith("HTTP/1.1 413 ");
        (await host.Client.PostAsync("/api/products/tile/train", new ByteArrayContent(new byte[64 << 10]), Cancel)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_verb_that_is_not_let_in_says_that_a_token_is_needed_and_where_to_give_it()
    {
        await using var host = await RunningHost.StartAsync(_data, ("Sentinel:Http:Token", Token));
        await File.WriteAllTextAsync(_data["Sentinel__Http__Token"], Token, Cancel);
        string[] list = ["products", "list", "--set", $"Http:Urls={host.Client.BaseAddress}"];

        using var stranger = new SentinelProcess(list);
        using var mistaken = new SentinelProcess([.. list, "--set", "Http:Token=another-token-that-is-long-enough"]);
        using var friend = new SentinelProcess(list, ("CREDENTIALS_DIRECTORY", _data.Path));

        (await stranger.EndAsync()).ShouldBe(1);
        stranger.Errors.ShouldStartWith($"Sentinel on {host.Client.BaseAddress} asks for a token. ");
        stranger.Errors.ShouldContain("Sentinel__Http__Token in CREDENTIALS_DIRECTORY");
        (await mistaken.EndAsync()).ShouldBe(1);
        mistaken.Errors.ShouldContain("asks for another token than the one given here");
        (await friend.EndAsync()).ShouldBe(0, friend.Errors);
    }

    public void Dispose() => _data.Dispose();

    private static async Task<HttpResponseMessage> AskAsync(RunningHost host, string path, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Authorization", new AuthenticationHeaderValue("Bearer", token).ToString());
        return await host.Client.SendAsync(request, Cancel);
    }

    /// <summary>Sends the bytes as they are; an HTTP client would tidy them up.</summary>
    private static async Task<string> SayAsync(RunningHost host, string request)
    {
        using var client = new TcpClient(host.Client.BaseAddress!.Host, host.Client.BaseAddress.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), Cancel);
        using var reader = new StreamReader(client.GetStream());
        var answer = new char[4096];
        var read = await reader.ReadBlockAsync(answer.AsMemory(), Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Cancel);
        return new string(answer, 0, read);
    }
}
