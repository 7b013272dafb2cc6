using System.Diagnostics;
using Sentinel.Worker.Tests.Inspection;

namespace Sentinel.Worker.Tests.Inbox;

/// <summary>What may lie in an inbox that strangers can write to. None of it leaves the data root, and none stops the line.</summary>
public sealed class HostileNamesTests : IDisposable
{
    private readonly DataRoot _root = new();
    private readonly TemporaryFolder _outside = new();
    private readonly Line _line;

    public HostileNamesTests()
    {
        _line = new Line(_root);
        _root.Options.Inbox.Ready = ReadySign.Rename;
        File.WriteAllBytes(_outside["secret.png"], Line.Picture(77));
    }

    public void Dispose()
    {
        _line.Dispose();
        _outside.Dispose();
        _root.Dispose();
    }

    public static TheoryData<string> Names =>
    [
        "new\nline.png", "carriage\rreturn.png", "tab\t.png", "bell\u0007.png", "esc\u001b[31mred.png", "100%.png", "%s%n%x.png", "%2e%2e%2f.png",
        "..png", "...png", "a..png", "back\\slash.png", "..\\..\\up.png", "-rf.png", "--help.png", "$(reboot).png", "`id`.png", "a;b&c|d.png",
        "'quote'.png", "\"double\".png", "<b>.png", "*.png", "?.png", " leading.png", "trailing .png", "CON.png", "nul.png",
        "\u0430.png", "a\u200b.png", "\u202egnp.exe.png", "é.png", "e\u0301.png", "\ud83d\ude00.png", new string('x', 251) + ".png",
        new string('\u00fc', 125) + ".png", "a.png.json", "a.heatmap.png", "a.denoised.png", "a.reason.json.png",
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_strange_name_gets_its_verdict_below_the_data_root_or_stays_where_it_is(string name)
    {
        var path = _root.Drop("tile/plain.png", Line.Picture(10));
        Directory.CreateDirectory(_outside["drop"]);
        File.Move(path, Path.Combine(_root.Folders.Inbox, "tile", name));
        _root.Drop("tile/ordinary.png", Line.Picture(11));

        await _line.RunUntilAsync(() => _root.Files("archive").Any(file => file.EndsWith("/ordinary.png", StringComparison.Ordinal)) && IsDone(name));

        Outside().ShouldBe(["drop", "secret.png"]);
        _root.Files("archive").Concat(_root.Files("inbox")).Count(file => !file.EndsWith("/ordinary.png", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task A_name_that_is_not_utf8_stays_and_is_reported_once()
    {
        Directory.CreateDirectory(Path.Combine(_root.Folders.Inbox, "tile"));
        Make($"printf x > \"$(printf '{_root.Folders.Inbox}/tile/caf\\351.png')\"");
        Make($"mkdir \"$(printf '{_root.Folders.Inbox}/ti\\377le')\"");
        _root.Drop("tile/ordinary.png", Line.Picture(11));

        await _line.RunUntilAsync(() => _root.Files("archive").Count == 1);

        _root.Log.All.Count(line => line.Contains("is not valid UTF-8", StringComparison.Ordinal)).ShouldBe(2);
        Count($"find '{_root.Folders.Inbox}' -name 'caf*' | wc -l").ShouldBe(1);
        Make($"rm -r '{_root.Folders.Inbox}'"); // .NET cannot spell the names to remove them.
    }

    [Fact]
    public async Task Links_pipes_sockets_and_devices_are_left_alone()
    {
        var tile = Directory.CreateDirectory(Path.Combine(_root.Folders.Inbox, "tile")).FullName;
        File.CreateSymbolicLink(Path.Combine(tile, "link.png"), _outside["secret.png"]);
        File.CreateSymbolicLink(Path.Combine(tile, "up.png"), "../../sentinel.db");
        File.CreateSymbolicLink(Path.Combine(tile, "dangling.png"), "/nowhere/at/all");
        File.CreateSymbolicLink(Path.Combine(tile, "loop.png"), "loop.png");
        Directory.CreateSymbolicLink(Path.Combine(_root.Folders.Inbox, "elsewhere"), _outside.Path);
        Make($"mkfifo '{tile}/pipe.png'");
        var mayMakeDevices = TryMake($"mknod '{tile}/zero.png' c 1 5");
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, 0);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(Path.Combine(tile, "socket.png")));
        _root.Drop("tile/ordinary.png", Line.Picture(11));

        await _line.RunUntilAsync(() => _root.Files("archive").Count == 1);

        Count($"find '{tile}' -mindepth 1 ! -type d | wc -l").ShouldBe(mayMakeDevices ? 7 : 6);
        _line.Counted("received").ShouldBe(1);
        Outside().ShouldBe(["secret.png"]);
    }

    [Fact]
    public async Task A_link_that_took_the_place_of_a_file_after_the_claim_is_set_aside_unread()
    {
        _root.Drop("tile/a.png", Line.Picture(10));
        var image = _root.Claim("tile/a.png");
        File.Delete(image.Path);
        File.CreateSymbolicLink(image.Path, _outside["secret.png"]);

        await _line.InspectAsync(image);

        _line.Json("failed", ".reason.json").GetProperty("reason").GetString().ShouldBe("not_an_image");
        _root.Files("results").ShouldBeEmpty();
        File.Exists(_outside["secret.png"]).ShouldBeTrue();
    }

    [Fact]
    public async Task A_pipe_that_took_the_place_of_a_file_before_the_claim_does_not_hold_up_the_line()
    {
        _root.Options.Inbox.Ready = ReadySign.Quiet;
        _root.Options.Inbox.QuietPeriod = TimeSpan.Zero;
        var path = _root.Drop("tile/a.png", Line.Picture(10));
        _root.Drop("tile/b.png", Line.Picture(11));
        var scan = _root.Scanner.Scan();
        File.Delete(path);
        Make($"mkfifo '{path}'");

        await _line.Intake.TakeAsync(scan, TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        _root.Files(".work").Select(Path.GetFileName).ShouldContain("b.png");
    }

    private bool IsDone(string name) =>
        _root.Files("archive").Count == 2 || (File.Exists(Path.Combine(_root.Folders.Inbox, "tile", name)) && _root.Log.All.Any(line => line.Contains("left alone", StringComparison.Ordinal)))
        || name[0] is '.';

    private List<string> Outside() => [.. Directory.EnumerateFileSystemEntries(_outside.Path).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private static void Make(string command) => TryMake(command).ShouldBeTrue(command);

    private static bool TryMake(string command)
    {
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardError = true })!;
        shell.WaitForExit();
        return shell.ExitCode == 0;
    }

    private static int Count(string command)
    {
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardOutput = true })!;
        return int.Parse(shell.StandardOutput.ReadToEnd());
    }
}
