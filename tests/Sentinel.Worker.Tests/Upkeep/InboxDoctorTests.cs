using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sentinel.Worker.Endpoints;
using Sentinel.Worker.Tests.Inbox;
using Sentinel.Worker.Tests.Inspection;
using Sentinel.Worker.Upkeep.Diagnosis;

namespace Sentinel.Worker.Tests.Upkeep;

public sealed class InboxDoctorTests : IDisposable
{
    private readonly DataRoot _root = new();
    private readonly SentinelOptions _options = new();

    public InboxDoctorTests()
    {
        _options.Inbox.QuietPeriod = TimeSpan.Zero;
        _options.Http.Urls = $"http://127.0.0.1:{FreePort.Next()}"; // Another Sentinel may answer at the usual one.
    }

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task An_inbox_in_order_has_no_finding_but_that_nobody_works_on_it()
    {
        var found = await ExamineAsync();

        found.Findings.ShouldHaveSingleItem().Fix.ShouldBe($"sentinel run --data {_root.Folders.Root}");
        found.Host.ShouldBe("not running");
        found.MovesByRename.ShouldBe(true);
        found.EventDelay!.Value.ShouldBeLessThan(2);
        found.Folders.Count.ShouldBe(8);
        found.Folders.ShouldAllBe(folder => folder.IsUsable && folder.FileSystem != null);
        found.Folders.Select(folder => folder.Device).Distinct().ShouldHaveSingleItem();
        found.FreeBytes!.Value.ShouldBeGreaterThan(0);
        found.Inotify.MaxInstances.ShouldBeGreaterThan(0);
        _root.Files().ShouldBeEmpty("probes are cleared away");
    }

    [Fact]
    public async Task A_folder_that_is_missing_comes_with_the_command_that_makes_it()
    {
        Directory.Delete(_root.Folders.Archive);
        Directory.Delete(_root.Folders.Inbox);

        var found = await ExamineAsync();

        found.Findings.Select(finding => finding.Fix).ShouldContain($"mkdir -p {_root.Folders.Archive}");
        found.Findings.Select(finding => finding.Fix).ShouldContain($"mkdir -p {_root.Folders.Inbox}");
        found.MovesByRename.ShouldBeNull();
        Directory.Exists(_root.Folders.Archive).ShouldBeFalse("it only looks");
    }

    [Fact]
    public async Task Every_waiting_file_has_its_reason()
    {
        var picture = Line.Picture(10);
        _root.Drop("tile/whole.png", picture);
        _root.Drop("tile/cut.png", picture[..^20]);
        _root.Drop("tile/notes.txt");
        _root.Drop("tile/copying.png.part");
        _root.Drop("tile/text.png", "not a picture"u8.ToArray());
        var growing = _root.Drop("tile/growing.png", picture[..30]);

        var examining = ExamineAsync();
        using (var writer = File.Open(growing, FileMode.Append, FileAccess.Write, FileShare.ReadWrite))
        {
            // Written to until the doctor is done, however long it takes to come to the inbox.
            while (!examining.IsCompleted)
            {
                writer.Write([1, 2, 3]);
                writer.Flush();
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
        }

        var found = await examining;
        var why = found.Products.ShouldHaveSingleItem().First.ToDictionary(file => file.Name, file => file.Why);
        why["whole.png"].ShouldBe("its product has no model");
        why["cut.png"].ShouldStartWith("it may still be on its way: The PNG file ends before its last pixel");
        why["notes.txt"].ShouldBe("its name is not that of an image");
        why["copying.png.part"].ShouldStartWith("its name says that it is not finished");
        why["text.png"].ShouldStartWith("it will be set aside: The file is not an image");
        why["growing.png"].ShouldBe("it is still growing");
        found.Findings.ShouldContain(finding => finding.Problem.Contains("'tile' has no model", StringComparison.Ordinal));
        found.Findings.ShouldContain(finding => finding.Fix == $"rm {Path.Combine(_root.Folders.Inbox, "tile", "notes.txt")}");
    }

    [Fact]
    public async Task A_young_file_has_to_stand_still_and_an_old_cut_one_will_be_set_aside()
    {
        _options.Products["young"] = new ProductSettings { Inbox = { QuietPeriod = TimeSpan.FromMinutes(1) } };
        _root.Drop("young/a.png", Line.Picture(10));
        var old = _root.Drop("tile/old.png", Line.Picture(10)[..^20]);
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddMinutes(-5));

        var found = await ExamineAsync();

        found.Products.Single(product => product.Product == "young").First[0].Why.ShouldStartWith("it is too young");
        found.Products.Single(product => product.Product == "tile").First[0].Why.ShouldStartWith("it will be set aside: The PNG file ends");
    }

    [Fact]
    public async Task Where_senders_make_markers_a_file_without_one_waits_for_it()
    {
        _options.Products["tile"] = new ProductSettings { Inbox = { Ready = ReadySign.Marker, TruncatedGrace = TimeSpan.Zero } };
        _root.Drop("tile/a.png", Line.Picture(10));
        _root.Drop("tile/b.png", Line.Picture(11));
        _root.Drop("tile/b.png.done");
        _root.Drop("tile/c.png.done");

        var found = await ExamineAsync();

        var why = found.Products.ShouldHaveSingleItem().First.ToDictionary(file => file.Name, file => file.Why);
        why["a.png"].ShouldBe("its sender has not made its marker a.png.done");
        why["b.png"].ShouldBe("its product has no model");
        why["b.png.done"].ShouldBe("it is the marker of b.png");
        why["c.png.done"].ShouldBe("it is a marker whose image is not there");
        found.Findings.ShouldContain(finding => finding.Fix == $"touch {Path.Combine(_root.Folders.Inbox, "tile", "a.png.done")}");
        found.Findings.ShouldContain(finding => finding.Fix == $"rm {Path.Combine(_root.Folders.Inbox, "tile", "c.png.done")}");
    }

    [Fact]
    public async Task Only_the_oldest_are_explained_and_all_are_counted()
    {
        for (var i = 0; i < 25; i++)
        {
            _root.Drop($"tile/{i:00}.png", Line.Picture(10));
        }

        var product = (await ExamineAsync()).Products.ShouldHaveSingleItem();

        product.Files.ShouldBe(25);
        product.First.Count.ShouldBe(20);
        product.First[0].Name.ShouldBe("00.png");
        product.Oldest.ShouldBe(product.First[0].Since);
    }

    [Fact]
    public async Task Folders_that_are_left_alone_are_named()
    {
        Directory.CreateDirectory(Path.Combine(_root.Folders.Inbox, "not a product"));
        Directory.CreateDirectory(Path.Combine(_root.Folders.Inbox, "tile", "it's deeper"));

        var findings = (await ExamineAsync()).Findings;

        findings.ShouldContain(finding => finding.Problem.Contains("a product's name has", StringComparison.Ordinal));
        findings.ShouldContain(finding =>
            finding.Fix == $"mv '{_root.Folders.Inbox}/tile/it'\\''s deeper'/* {_root.Folders.Inbox}/tile/");
    }

    [Fact]
    public async Task Too_little_free_space_is_a_finding_and_the_reason_to_wait()
    {
        _options.Storage.FreeSpaceFloor = new DriveInfo(_root.Folders.Root).AvailableFreeSpace * 2;
        using var held = DataRootLock.Take(_root.Folders);

        var found = await ExamineAsync();

        found.Findings.ShouldContain(finding => finding.Problem.Contains("intake pauses below", StringComparison.Ordinal));
        found.Host.ShouldBe("not answering");
    }

    [Fact]
    public async Task An_inbox_on_the_network_is_a_finding()
    {
        var doctor = new InboxDoctor(_root.Folders, _options, TimeProvider.System, _ => "nfs");

        var findings = (await doctor.ExamineAsync(TestContext.Current.CancellationToken)).Findings;

        findings.ShouldContain(finding => finding.Problem.StartsWith("The inbox lies on nfs", StringComparison.Ordinal) && finding.Fix == $"findmnt -T {_root.Folders.Inbox}");
    }

    [Fact]
    public async Task A_file_that_was_claimed_is_shown_where_it_lies()
    {
        _root.Drop("tile/a.png", [1, 2, 3]);
        var image = _root.Claim("tile/a.png");

        var file = (await ExamineAsync()).InWork.ShouldHaveSingleItem();

        (file.Product, file.Path, file.Bytes).ShouldBe(("tile", Path.GetRelativePath(_root.Folders.Root, image.Path), 3));
    }

    [Fact]
    public async Task A_file_that_its_sender_has_open_and_one_that_will_be_set_aside_come_with_a_command()
    {
        var text = _root.Drop("tile/text.png", "not a picture"u8.ToArray());
        var open = _root.Drop("tile/open.png", Line.Picture(10));
        using var sender = new FileStream(open, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);

        var findings = (await ExamineAsync()).Findings.Select(finding => finding.Fix).ToList();

        findings.ShouldContain($"fuser -v {open}");
        findings.ShouldContain($"mv {text} {text}.part");
    }

    [Fact]
    public async Task What_the_running_host_waits_for_is_why_a_file_waits()
    {
        using var data = new TemporaryFolder();
        var folders = new DataFolders(data.Path);
        using var held = DataRootLock.Take(folders);
        await using var host = await RunningHost.StartAsync(data, ("Sentinel:Inbox:ScanInterval", "00:10:00"));
        Directory.CreateDirectory(Path.Combine(folders.Inbox, "tile"));
        File.WriteAllBytes(Path.Combine(folders.Inbox, "tile", "a.png"), Line.Picture(10));
        host.Services.GetRequiredService<Readiness>().Report("storage", "Cannot write 'a.png': No space left on device");
        _options.Http.Urls = host.Client.BaseAddress!.ToString();

        var found = await new InboxDoctor(folders, _options, TimeProvider.System).ExamineAsync(TestContext.Current.CancellationToken);

        found.Products.Single().First.Single().Why.ShouldBe("intake is paused. Cannot write 'a.png': No space left on device");
    }

    [Fact]
    public async Task The_command_ends_with_1_on_findings_and_0_when_the_running_host_is_healthy()
    {
        using var data = new TemporaryFolder();
        using (var before = new SentinelProcess("inbox", "doctor", "--data", data.Path))
        {
            (await before.EndAsync()).ShouldBe(1);
            before.Output.ShouldContain($"mkdir -p {data.Path}/inbox");
        }

        var address = $"http://127.0.0.1:{FreePort.Next()}";
        using var host = new SentinelProcess("run", "--data", data.Path, "--set", $"Http:Urls={address}");
        await Eventually.AnswersAsync($"{address}/readyz");
        using var doctor = new SentinelProcess("inbox", "doctor", "--json", "--data", data.Path, "--set", $"Http:Urls={address}");

        (await doctor.EndAsync()).ShouldBe(0, doctor.Output);
        var found = JsonDocument.Parse(doctor.Output).RootElement;
        found.GetProperty("host").GetString().ShouldBe("ready");
        found.GetProperty("findings").GetArrayLength().ShouldBe(0);
        found.GetProperty("movesByRename").GetBoolean().ShouldBeTrue();
    }

    private Task<InboxDiagnosis> ExamineAsync() => new InboxDoctor(
            _root.Folders, _options, TimeProvider.System)
        .ExamineAsync(TestContext.Current.CancellationToken);
}
