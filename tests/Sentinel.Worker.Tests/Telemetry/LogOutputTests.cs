using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Sentinel.Worker.Telemetry;
using Sentinel.Worker.Tests.Inbox;
using Sentinel.Worker.Tests.Inspection;

namespace Sentinel.Worker.Tests.Telemetry;

public sealed class LogOutputTests : IDisposable
{
    private readonly TemporaryFolder _data = new();
    private readonly DataRoot _root = new();

    [Fact]
    public async Task In_a_container_every_line_is_one_JSON_object_with_its_event()
    {
        var lines = await LinesOfARunAsync(("DOTNET_RUNNING_IN_CONTAINER", "true"));

        foreach (var line in lines.Select(line => JsonDocument.Parse(line).RootElement))
        {
            line.GetProperty("Timestamp").GetString()!.ShouldEndWith("Z");
            line.GetProperty("LogLevel").GetString().ShouldNotBeNullOrEmpty();
            line.TryGetProperty("EventId", out _).ShouldBeTrue();
        }
    }

    [Fact]
    public async Task For_the_journal_every_line_begins_with_its_priority()
    {
        var lines = await LinesOfARunAsync(("Sentinel__Log__Format", "journal"));

        lines.ShouldAllBe(line => line.StartsWith("<6>", StringComparison.Ordinal) || line.StartsWith("<4>", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Output_that_goes_to_the_journal_is_known_without_the_parent_s_name()
    {
        // A socket as systemd gives one to a service, by a parent that is not systemd; a child shows what comes out of it.
        const string AsSystemd = """
            import os, socket, sys
            journal, output = socket.socketpair()
            if os.fork() == 0:
                output.close()
                while line := journal.recv(65536):
                    os.write(1, line)
                os._exit(0)
            journal.close()
            socket_of_output = os.fstat(output.fileno())
            os.environ["JOURNAL_STREAM"] = f"{socket_of_output.st_dev}:{socket_of_output.st_ino}"
            os.dup2(output.fileno(), 1)
            os.execv(sys.argv[1], sys.argv[1:])
            """;

        var lines = await LinesOfARunAsync(address => new SentinelProcess(
            "python3", ["-c", AsSystemd, SentinelProcess.Executable, "run", "--data", _data.Path], ("Sentinel__Http__Urls", address)));

        lines.ShouldAllBe(line => line.StartsWith("<6>", StringComparison.Ordinal) || line.StartsWith("<4>", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("9:4711", "socket:[4711]", true)]
    [InlineData("9:4711", "socket:[4712]", false)]
    [InlineData("9:4711", "/dev/pts/0", false)]
    [InlineData("9:", "socket:[]", false)]
    [InlineData("", "socket:[4711]", false)]
    [InlineData(null, "socket:[4711]", false)]
    [InlineData("9:4711", null, false)]
    public void The_journal_is_the_socket_that_JOURNAL_STREAM_names(string? stream, string? output, bool isJournal) =>
        JournalStream.Is(stream, output).ShouldBe(isJournal);

    [Fact]
    public async Task An_image_leaves_one_line_and_an_anomalous_one_a_warning_that_says_where()
    {
        _root.Drop("tile/good.png", Line.Picture(10));
        _root.Drop("tile/bad.png", Line.Picture(250));
        using var line = new Line(_root);
        var before = _root.Log.All.Count;

        await line.InspectAsync(_root.Claim("tile/good.png"), _root.Claim("tile/bad.png"));

        var said = _root.Log.All.Skip(before).ToList();
        said.Where(text => text.Contains("good.png", StringComparison.Ordinal)).ShouldHaveSingleItem().ShouldStartWith("Information: Inspected good.png of tile: Normal");
        var warning = said.Where(text => text.Contains("bad.png", StringComparison.Ordinal)).ShouldHaveSingleItem();
        warning.ShouldStartWith("Warning: Anomalous tile: bad.png, 1.96 of the threshold");
        warning.ShouldContain("worst in 40 x 30 at 0, 0");
        warning.ShouldContain("results/tile/");
    }

    [Fact]
    public async Task An_image_that_is_put_back_again_and_again_leaves_one_line()
    {
        _root.Drop("tile/half.png", Line.Picture(10)[..^20]);
        _root.Options.Inbox.TruncatedGrace = TimeSpan.FromMinutes(30);
        using var line = new Line(_root);
        var work = line.Pipeline.RunAsync(TestContext.Current.CancellationToken, TestContext.Current.CancellationToken);
        for (var attempt = 0; attempt < 3; attempt++)
        {
            await line.Queue.AddAsync(_root.Claim("tile/half.png"), TestContext.Current.CancellationToken);
            await Line.EventuallyAsync(() => _root.Files("inbox").Count == 1);
        }

        line.Queue.Complete();
        await work;

        _root.Log.All.Where(said => said.Contains("half.png", StringComparison.Ordinal)).ShouldHaveSingleItem().ShouldContain("waits in the inbox");
    }

    [Fact]
    public async Task A_fault_of_the_disk_that_many_files_meet_is_said_once()
    {
        var isFull = true;

        var steps = Enumerable.Range(0, 5).Select(number => Task.Run(() => _root.Storage.UntilItWorksAsync(
            $"file '{number}.png'", () => isFull ? throw new IOException($"No space left on device: '{number}.png'") : true, TestContext.Current.CancellationToken))).ToList();
        await Line.EventuallyAsync(() => _root.Readiness.Problems.ContainsKey("storage"));
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        isFull = false;
        await Task.WhenAll(steps);

        _root.Log.All.Where(said => said.Contains("Intake is paused", StringComparison.Ordinal)).ShouldHaveSingleItem();
    }

    [Fact]
    public void What_repeats_is_said_once_and_then_in_a_while_with_its_number()
    {
        var time = new FakeTimeProvider();
        var limit = new RepeatLimit(TimeSpan.FromMinutes(5), time);

        limit.TimesToSay("The disk is full.").ShouldBe(1);
        limit.TimesToSay("The disk is full.").ShouldBeNull();
        limit.TimesToSay("The ledger is locked.").ShouldBe(1);
        time.Advance(TimeSpan.FromMinutes(4));
        limit.TimesToSay("The disk is full.").ShouldBeNull();
        time.Advance(TimeSpan.FromMinutes(1));
        limit.TimesToSay("The disk is full.").ShouldBe(3);
        limit.Forget();
        limit.TimesToSay("The disk is full.").ShouldBe(1);
    }

    public void Dispose()
    {
        _root.Dispose();
        _data.Dispose();
    }

    private Task<string[]> LinesOfARunAsync((string, string) setting) => LinesOfARunAsync(
        address => new SentinelProcess(["run", "--data", _data.Path], setting, ("Sentinel__Http__Urls", address)));

    private static async Task<string[]> LinesOfARunAsync(Func<string, SentinelProcess> start)
    {
        var address = $"http://127.0.0.1:{FreePort.Next()}";
        using var host = start(address);
        await Eventually.HoldsAsync(() => host.Output.Contains(address, StringComparison.Ordinal), "the host is up", seconds: 60);
        host.Signal("TERM");
        (await host.EndAsync()).ShouldBe(0, host.Errors);

        var lines = host.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBeGreaterThan(1);
        return lines;
    }
}
