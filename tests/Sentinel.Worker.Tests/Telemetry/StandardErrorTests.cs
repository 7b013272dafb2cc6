using System.Text.Json;

namespace Sentinel.Worker.Tests.Telemetry;

/// <summary>The real host, and what comes to its file descriptor 2 without passing through .NET.</summary>
public sealed class StandardErrorTests : IDisposable
{
    private readonly TemporaryFolder _data = new();

    private string Left => _data[".stderr"];

    [Fact]
    public async Task What_native_code_writes_becomes_a_line_of_the_log()
    {
        using var host = await StartAsync();

        for (var number = 0; number < 500; number++)
        {
            Write(host, $"[{number}] Native code complains.\n");
        }

        await Eventually.HoldsAsync(() => host.Output.Contains("Native code complains", StringComparison.Ordinal), "it is logged");
        await Eventually.HoldsAsync(() => new FileInfo(Left).Length == 0, "the file is emptied");
        await EndAsync(host);
        var said = Lines(host).Where(line => line.GetProperty("Message").GetString()!.Contains("Native code complains", StringComparison.Ordinal)).ToList();
        said.ShouldHaveSingleItem().GetProperty("LogLevel").GetString().ShouldBe("Warning");
        said[0].GetProperty("Category").GetString().ShouldBe("Sentinel.Worker.Telemetry.NativeMessages");
        host.Errors.ShouldBeEmpty();
        File.Exists(Left).ShouldBeFalse();
    }

    [Fact]
    public async Task The_last_words_of_a_crash_are_logged_at_the_next_start()
    {
        using (var crashing = await StartAsync())
        {
            crashing.Signal("STOP");
            Write(crashing, "terminate called after throwing an instance of 'c10::Error'\n  what(): no");
            crashing.Signal("KILL");
            await crashing.EndAsync();
        }

        using var next = await StartAsync();
        await Eventually.HoldsAsync(() => next.Output.Contains("c10::Error", StringComparison.Ordinal), "they are logged");
        await EndAsync(next);

        var words = Lines(next).Select(line => line.GetProperty("Message").GetString()!).Single(message => message.Contains("c10::Error", StringComparison.Ordinal));
        words.ShouldBe("The run before did not end properly. Its last words on standard error: terminate called after throwing an instance of 'c10::Error'\nwhat(): no");
        using var afterThat = await StartAsync();
        await EndAsync(afterThat);
        afterThat.Output.ShouldNotContain("c10::Error");
    }

    [Fact]
    public async Task What_comes_too_late_for_the_log_goes_to_the_original()
    {
        using var host = await StartAsync();

        Write(host, "a line that never ends");
        await EndAsync(host);

        host.Errors.ShouldBe("a line that never ends");
    }

    [Fact]
    public async Task Where_the_file_cannot_be_made_standard_error_stays_what_it_is()
    {
        Directory.CreateDirectory(Left);
        using var host = await StartAsync();

        Write(host, "Native code complains.\n");

        await Eventually.HoldsAsync(() => host.Errors == "Native code complains.", "it comes out of the original");
        await EndAsync(host);
    }

    public void Dispose() => _data.Dispose();

    private async Task<SentinelProcess> StartAsync()
    {
        var address = $"http://127.0.0.1:{FreePort.Next()}";
        var host = new SentinelProcess(["run", "--data", _data.Path], ("Sentinel__Http__Urls", address), ("Sentinel__Log__Format", "json"));
        await Eventually.HoldsAsync(() => host.Output.Contains(address, StringComparison.Ordinal), "the host is up");
        return host;
    }

    private static async Task EndAsync(SentinelProcess host)
    {
        host.Signal("TERM");
        (await host.EndAsync()).ShouldBe(0, host.Errors);
    }

    private static void Write(SentinelProcess host, string text) => File.AppendAllText($"/proc/{host.Process.Id}/fd/2", text);

    private static List<JsonElement> Lines(SentinelProcess host) =>
        [.. host.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
}
