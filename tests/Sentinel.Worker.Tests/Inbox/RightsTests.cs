using System.Runtime.Versioning;
using Sentinel.Worker.Inbox;
using Sentinel.Worker.Inspection;
using Sentinel.Worker.Tests.Inspection;
using Sentinel.Worker.Upkeep.Diagnosis;

namespace Sentinel.Worker.Tests.Inbox;

/// <summary>What Sentinel may not read or change, seen as the user that it runs as.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class RightsTests : IDisposable
{
    private const UnixFileMode OnlyRead = UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private const UnixFileMode Everything = OnlyRead | UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private readonly DataRoot _root = new();

    public RightsTests() => _root.Mark.Require(); // Made by the user whose data root it is.

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task A_file_that_may_not_be_read_waits_and_is_reported_once_and_the_host_stays_ready()
    {
        using var line = new Line(_root);
        File.SetUnixFileMode(_root.Drop("tile/a.png", Line.Picture(1)), UnixFileMode.None);
        _root.Drop("tile/b.png", Line.Picture(2));
        File.SetUnixFileMode(Path.Combine(_root.Folders.Inbox, "tile"), Everything);
        AsNobody.Do(_root.Scanner.Scan).Products.Single().InOrder().ShouldHaveSingleItem().Name.ShouldBe("b.png");

        for (var scan = 0; scan < 2; scan++)
        {
            await line.Intake.TakeAsync(AsNobody.Do(_root.Scanner.Scan), TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        }

        _root.Log.All.Count(log => log.Contains("may not read")).ShouldBe(1);
        _root.Readiness.Problems.ShouldBeEmpty();
        _root.Files("inbox").ShouldBe(["inbox/tile/a.png"]);
    }

    [Fact]
    public void Very_many_files_that_may_not_be_read_do_not_starve_a_younger_one()
    {
        for (var i = 0; i < InboxScanner.Window + 10; i++)
        {
            File.SetUnixFileMode(_root.Drop($"tile/{i}.png", []), UnixFileMode.None);
        }

        _root.Drop("tile/young.png");

        var product = AsNobody.Do(_root.Scanner.Scan).Products.Single();

        product.InOrder().ShouldHaveSingleItem().Name.ShouldBe("young.png");
        (product.Files, product.Unreadable).ShouldBe((InboxScanner.Window + 11, InboxScanner.Window + 10));
    }

    [Fact]
    public void A_folder_from_which_nothing_may_be_taken_is_its_products_problem()
    {
        _root.Drop("tile/a.png");
        _root.Drop("plate/b.png");
        File.SetUnixFileMode(Path.Combine(_root.Folders.Inbox, "tile"), OnlyRead);
        File.SetUnixFileMode(Path.Combine(_root.Folders.Inbox, "plate"), Everything);

        var products = AsNobody.Do(_root.Scanner.Scan).Products;

        products.Single(product => product.Name == "tile").Problem!.ShouldContain("cannot be taken out of");
        products.Single(product => product.Name == "plate").Problem.ShouldBeNull();
        File.SetUnixFileMode(Path.Combine(_root.Folders.Inbox, "tile"), Everything);
    }

    [Fact]
    public void A_claimed_file_that_may_not_be_read_goes_back_and_is_not_blamed()
    {
        using var line = new Line(_root);
        File.SetUnixFileMode(_root.Drop("tile/a.png", Line.Picture(1)), UnixFileMode.None);
        var image = _root.Claim("tile/a.png");

        AsNobody.Do(() => line.Decode(image)).Ending.ShouldBeOfType<Ending.PutBack>().Why.ShouldBe("it may not be read");
    }

    [Fact]
    public void The_doctor_finds_a_folder_without_rights_and_the_command_that_helps()
    {
        var findings = new List<Finding>();
        File.SetUnixFileMode(_root.Folders.Results, OnlyRead);

        AsNobody.Do(() => FolderCheck.IsUsable(_root.Folders.Results, findings)).ShouldBeFalse();

        findings.ShouldHaveSingleItem().Fix.ShouldStartWith("sudo chown");
        File.SetUnixFileMode(_root.Folders.Results, Everything);
    }
}
