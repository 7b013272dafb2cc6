using System.Diagnostics;
using Sentinel.Worker.Inbox;

namespace Sentinel.Worker.Tests.Inbox;

public sealed class InboxScannerTests : IDisposable
{
    private readonly DataRoot _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Each_subfolder_is_a_product_and_the_root_is_the_default_one()
    {
        _root.Drop("tile/a.jpg");
        _root.Drop("cookie/b.png");
        _root.Drop("c.bmp");
        _root.Drop("default/d.webp");

        _root.Waiting("tile").Select(file => file.Name).ShouldBe(["a.jpg"]);
        _root.Waiting("cookie").Select(file => file.Name).ShouldBe(["b.png"]);
        _root.Waiting("default").Select(file => file.Name).ShouldBe(["c.bmp", "d.webp"]);
    }

    [Fact]
    public void The_default_product_is_not_mentioned_until_it_has_files()
    {
        _root.Drop("tile/a.jpg");

        _root.Scanner.Scan().Products.Select(product => product.Name).ShouldBe(["tile"]);
    }

    [Theory]
    [InlineData(".hidden.jpg")]
    [InlineData("a.jpg.part")]
    [InlineData("a.jpg.tmp")]
    [InlineData("~a.jpg")]
    [InlineData("a.jpg.filepart")]
    [InlineData("a.jpg.crdownload")]
    public void Unfinished_names_are_not_looked_at(string name)
    {
        _root.Drop($"tile/{name}");

        _root.Waiting("tile").ShouldBeEmpty();
        _root.Log.All.ShouldBeEmpty();
    }

    [Fact]
    public void The_oldest_arrival_comes_first_whatever_time_the_sender_wrote_on_it()
    {
        File.SetLastWriteTimeUtc(_root.Drop("tile/z.jpg"), DateTime.UtcNow.AddDays(1));
        Thread.Sleep(20); // The kernel's own time stamps are a few milliseconds coarse.
        File.SetLastWriteTimeUtc(_root.Drop("tile/a.jpg"), DateTime.UtcNow.AddDays(-1));

        _root.Waiting("tile").Select(file => file.Name).ShouldBe(["z.jpg", "a.jpg"]);
    }

    [Fact]
    public void Links_pipes_and_other_files_are_left_alone_and_reported_once()
    {
        var real = _root.Drop("tile/real.jpg");
        File.CreateSymbolicLink(Path.Combine(_root.Folders.Inbox, "tile", "link.jpg"), real);
        Process.Start("mkfifo", [Path.Combine(_root.Folders.Inbox, "tile", "pipe.jpg")]).WaitForExit();
        _root.Drop("tile/notes.txt");
        Directory.CreateDirectory(Path.Combine(_root.Folders.Inbox, "tile", "deeper"));

        _root.Waiting("tile").Select(file => file.Name).ShouldBe(["real.jpg"]);
        _root.Waiting("tile").Select(file => file.Name).ShouldBe(["real.jpg"]);

        _root.Log.All.Count.ShouldBe(4);
        _root.Log.All.ShouldContain(line => line.Contains("link.jpg") && line.Contains("Link"));
        _root.Log.All.ShouldContain(line => line.Contains("pipe.jpg") && line.Contains("Pipe"));
        _root.Log.All.ShouldContain(line => line.Contains("notes.txt"));
        _root.Log.All.ShouldContain(line => line.Contains("deeper"));
    }

    [Fact]
    public void Where_markers_are_asked_for_an_image_without_one_is_counted_and_not_taken()
    {
        _root.Options.Inbox.Ready = ReadySign.Marker;
        _root.Drop("tile/a.jpg");
        File.Create(_root.Drop("tile/b.jpg") + ".done").Dispose();

        var product = _root.Scanner.Scan().Products.Single();

        product.Files.ShouldBe(2);
        product.InOrder().ShouldHaveSingleItem().ShouldSatisfyAllConditions(file => file.Name.ShouldBe("b.jpg"), file => file.IsMarked.ShouldBeTrue());
        _root.Log.All.ShouldBeEmpty();
    }

    [Fact]
    public void A_marker_without_its_image_waits_and_is_reported_once()
    {
        _root.Options.Inbox.Ready = ReadySign.Marker;
        _root.Drop("tile/a.jpg.done");

        _root.Waiting("tile").ShouldBeEmpty();
        _root.Waiting("tile").ShouldBeEmpty();

        _root.Log.All.ShouldHaveSingleItem().ShouldContain("a.jpg.done waits");
        _root.Drop("tile/a.jpg");
        _root.Waiting("tile").Single().IsMarked.ShouldBeTrue();
    }

    [Fact]
    public void Each_product_has_its_own_sign()
    {
        _root.Options.Products["marked"] = new ProductSettings { Inbox = new InboxOptions { Ready = ReadySign.Marker } };
        _root.Drop("marked/a.jpg");
        _root.Drop("tile/a.jpg");

        _root.Waiting("marked").ShouldBeEmpty();
        _root.Waiting("tile").Single().IsMarked.ShouldBeFalse();
    }

    [Fact]
    public void A_folder_whose_name_is_no_product_is_left_alone_and_reported_once()
    {
        _root.Drop("not a product/a.jpg");

        _root.Scanner.Scan().Products.ShouldBeEmpty();
        _root.Scanner.Scan();

        _root.Log.All.ShouldHaveSingleItem().ShouldContain("not a product");
    }

    [Fact]
    public void Odd_names_are_names()
    {
        string[] names = ["new\nline.jpg", "100%.jpg", "検査 🙂.jpg", new string('x', 251) + ".jpg", "-rf.jpg", "a'b\"c.jpg"];
        foreach (var name in names)
        {
            _root.Drop($"tile/{name}");
        }

        _root.Waiting("tile").Select(file => file.Name).Order().ShouldBe(names.Order());
    }

    [Fact]
    public void A_name_that_is_not_utf8_is_reported_once_and_holds_up_nothing()
    {
        _root.Drop("tile/fine.jpg");
        Process.Start("bash", ["-c", "touch \"$1\"/$'bad\\xff.jpg'", "-", Path.Combine(_root.Folders.Inbox, "tile")]).WaitForExit();

        _root.Waiting("tile").Select(file => file.Name).ShouldBe(["fine.jpg"]);
        _root.Waiting("tile");

        _root.Log.All.ShouldHaveSingleItem().ShouldContain("not valid UTF-8");
        Process.Start("rm", ["-r", _root.Folders.Inbox]).WaitForExit(); // .NET cannot even delete it.
    }

    [Fact]
    public void A_missing_inbox_is_unavailable_and_not_empty()
    {
        Directory.Delete(_root.Folders.Inbox);

        Should.Throw<IOException>(() => _root.Scanner.Scan()).Message.ShouldContain("not there");
    }

    [Fact]
    public void An_inbox_without_its_work_folder_is_the_empty_place_of_a_mount()
    {
        Directory.Delete(_root.Folders.Work);

        Should.Throw<IOException>(() => _root.Scanner.Scan()).Message.ShouldContain("is a mount missing?");
    }

    [Fact]
    public void A_product_folder_that_is_a_mount_of_its_own_does_not_stop_the_others()
    {
        var mount = Directory.CreateDirectory(Path.Combine(_root.Folders.Inbox, "tile")).FullName;
        using (var mounting = Process.Start(new ProcessStartInfo("mount", ["-t", "tmpfs", "tmpfs", mount]) { RedirectStandardError = true })!)
        {
            mounting.WaitForExit();
            Assert.SkipUnless(mounting.ExitCode == 0, "Nothing may be mounted here.");
        }

        try
        {
            File.WriteAllBytes(Path.Combine(mount, "a.jpg"), [1]);
            _root.Drop("plate/b.jpg");

            var products = _root.Scanner.Scan().Products;

            products.Single(product => product.Name == "tile").Problem!.ShouldContain("a mount of its own");
            products.Single(product => product.Name == "plate").Problem.ShouldBeNull();
        }
        finally
        {
            Process.Start("umount", [mount]).WaitForExit();
        }
    }

    [Fact]
    public void However_many_wait_only_the_oldest_are_kept_and_all_are_counted()
    {
        var product = new ProductScan("tile", window: 3);
        foreach (var minute in new[] { 5, 1, 4, 2, 3 })
        {
            product.Add(At(minute));
        }

        product.InOrder().Select(file => file.Name).ShouldBe(["1.jpg", "2.jpg", "3.jpg"]);
        product.Files.ShouldBe(5);
        product.Oldest.ShouldBe(At(1).Stamp.ChangedAt);
    }

    [Fact(Explicit = true)]
    public void A_hundred_thousand_waiting_files_are_scanned_in_less_than_two_seconds_of_processor_time()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_root.Folders.Inbox, "tile")).FullName;
        for (var i = 0; i < 100_000; i++)
        {
            File.WriteAllBytes(Path.Combine(folder, $"camera-3-line-7-{i:D8}.jpg"), [1]);
        }

        _root.Scanner.Scan();
        GC.Collect();
        var (memory, processor) = (GC.GetTotalMemory(true), Environment.CpuUsage.TotalTime);
        var scan = _root.Scanner.Scan();
        var took = Environment.CpuUsage.TotalTime - processor;

        scan.Products.Single().Files.ShouldBe(100_000);
        took.ShouldBeLessThan(TimeSpan.FromSeconds(2));
        var grown = (GC.GetTotalMemory(true) - memory) >> 20;
        grown.ShouldBeLessThan(20);
        TestContext.Current.SendDiagnosticMessage($"{took.TotalMilliseconds:F0} ms, {grown} MiB");
        GC.KeepAlive(scan);
    }

    [Fact]
    public void A_product_with_many_files_does_not_starve_one_with_few()
    {
        InboxFile[] many = [.. Enumerable.Range(0, 100).Select(At)];
        InboxFile[] few = [At(200), At(201)];

        var order = FairOrder.Interleave([many, few, []]).ToList();

        order.Count.ShouldBe(102);
        order.Take(4).Select(file => file.Name).ShouldBe(["0.jpg", "200.jpg", "1.jpg", "201.jpg"]);
    }

    [Fact]
    public void A_round_that_ends_early_goes_on_with_the_next_product()
    {
        InboxFile[][] products = [.. "abcde".Select(name => new[] { At(1) with { Product = $"{name}" }, At(2) with { Product = $"{name}" } })];

        FairOrder.Interleave(products, last: "b").Select(file => file.Product).ShouldBe(["c", "d", "e", "a", "b", "c", "d", "e", "a", "b"]);
        FairOrder.Interleave(products, last: "e").First().Product.ShouldBe("a");
    }

    private static InboxFile At(int minute) => new(
        "tile", $"/inbox/tile/{minute}.jpg", new FileStamp(FileKind.Regular, 1, default, DateTimeOffset.UnixEpoch.AddMinutes(minute), 0, 0));
}
