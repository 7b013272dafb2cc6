using System.Runtime.Versioning;
using Microsoft.Data.Sqlite;
using Sentinel.Core;
using Sentinel.Worker.Backup;
using Sentinel.Worker.Ledger;
using Sentinel.Worker.Tests.Inbox;

namespace Sentinel.Worker.Tests.Backup;

[SupportedOSPlatform("linux")]
public sealed class BackupTests : IDisposable
{
    private readonly DataRoot _root = new();
    private readonly TemporaryFolder _elsewhere = new();
    private readonly Archivist _archivist;

    public BackupTests()
    {
        _archivist = new Archivist(_root.Folders, _root.Time);
        Model("tile", "1", "weights of one");
        _root.Drop("tile/a.png");
        _root.Claim("tile/a.png");
    }

    [Fact]
    public void What_was_backed_up_is_there_again_after_the_loss_of_the_data_root()
    {
        var backup = _archivist.BackUp(_elsewhere["backups"]);
        var lost = _root.Ledger.OpenClaims().Single().Id;
        var folders = new DataFolders(_elsewhere["new"]);
        folders.Create();

        new Restoration(folders, _root.Time).Restore(backup, replace: false).ShouldBeNull();

        var ledger = new ImageLedger(new LedgerDatabase(folders.Ledger, TimeSpan.FromSeconds(1)));
        ledger.OpenClaims().ShouldHaveSingleItem().Id.ShouldBe(lost);
        File.ReadAllText(Path.Combine(folders.Models, "tile", "1", "weights.dat")).ShouldBe("weights of one");
        File.ReadAllText(Path.Combine(folders.Models, "tile", "champion.json")).ShouldContain("1");
        File.Exists(Path.Combine(backup, "appsettings.json")).ShouldBeTrue();
    }

    [Fact]
    public async Task The_ledger_is_copied_at_one_instant_while_rows_are_being_written()
    {
        using var stop = new CancellationTokenSource();
        var writer = Task.Run(
            () =>
            {
                for (var i = 0; !stop.IsCancellationRequested; i++)
                {
                    // A pair is written in one transaction; a copy that tears it is no copy.
                    _root.Database.Write((connection, transaction) =>
                    {
                        using var command = connection.CreateCommand();
                        command.Transaction = transaction;
                        command.CommandText = $"INSERT INTO compared_files VALUES ('{i}-left', 1, ''), ('{i}-right', 1, '')";
                        return command.ExecuteNonQuery();
                    });
                }
            },
            TestContext.Current.CancellationToken);

        for (var copy = 0; copy < 5; copy++)
        {
            var backup = _archivist.BackUp(_elsewhere[$"backups-{copy}"]);
            Scalar(Path.Combine(backup, "sentinel.db"), "SELECT count(*) % 2 FROM compared_files").ShouldBe(0);
        }

        await stop.CancelAsync();
        await writer;
        Scalar(_root.Folders.Ledger, "SELECT count(*) > 0 FROM compared_files").ShouldBe(1);
    }

    [Fact]
    public void Nothing_is_replaced_unasked_and_what_is_replaced_is_kept()
    {
        var backup = _archivist.BackUp(_elsewhere["backups"]);
        Model("tile", "2", "weights of two");
        SqliteConnection.ClearAllPools();
        var restoration = new Restoration(_root.Folders, _root.Time);

        Should.Throw<IOException>(() => restoration.Restore(backup, replace: false)).Message.ShouldContain("--replace");
        File.Exists(Path.Combine(_root.Folders.Models, "tile", "2", "weights.dat")).ShouldBeTrue();
        var aside = restoration.Restore(backup, replace: true)!;

        Directory.Exists(Path.Combine(_root.Folders.Models, "tile", "2")).ShouldBeFalse();
        File.ReadAllText(Path.Combine(aside, "models", "tile", "2", "weights.dat")).ShouldBe("weights of two");
        File.Exists(Path.Combine(aside, "sentinel.db")).ShouldBeTrue();
        Directory.EnumerateDirectories(_root.Folders.Root, ".restore-*").ShouldBeEmpty();
    }

    [Fact]
    public void A_backup_with_a_changed_file_is_refused_before_anything_is_touched()
    {
        var backup = _archivist.BackUp(_elsewhere["backups"]);
        File.AppendAllText(Path.Combine(backup, "models", "tile", "1", "weights.dat"), "!");
        var folders = new DataFolders(_elsewhere["new"]);

        Should.Throw<BackupUnusableException>(() => new Restoration(folders, _root.Time).Restore(backup, replace: true)).Message.ShouldContain("weights.dat");

        Directory.Exists(folders.Root).ShouldBeFalse();
    }

    [Fact]
    public void A_backup_cannot_name_files_outside_of_itself()
    {
        var backup = _archivist.BackUp(_elsewhere["backups"]);
        var manifest = BackupManifest.Read(backup);
        File.WriteAllText(_elsewhere["backups", "secret"], "s");
        (manifest with { Files = new Dictionary<string, string>(manifest.Files) { ["../secret"] = ContentHash.Of(_elsewhere["backups", "secret"]) } }).Write(backup);

        Should.Throw<BackupUnusableException>(() => new Restoration(_root.Folders, _root.Time).Restore(backup, replace: true)).Message.ShouldContain("outside");
    }

    [Fact]
    public void A_backup_that_was_cut_off_is_none()
    {
        var backup = _archivist.BackUp(_elsewhere["backups"]);
        File.Delete(Path.Combine(backup, "backup.json"));

        Should.Throw<BackupUnusableException>(() => new Restoration(_root.Folders, _root.Time).Restore(backup, replace: true)).Message.ShouldContain("backup.json is missing");
    }

    [Fact]
    public void A_backup_of_a_newer_Sentinel_is_refused_and_says_which_one_it_takes()
    {
        var backup = _archivist.BackUp(_elsewhere["backups"]);
        File.WriteAllText(Path.Combine(backup, "backup.json"), """{ "schema": "sentinel.backup/2", "madeBy": "7.1.0+abc", "files": ["in another form"] }""");
        var folders = new DataFolders(_elsewhere["new"]);

        Should.Throw<BackupUnusableException>(() => new Restoration(folders, _root.Time).Restore(backup, replace: true)).Message
            .ShouldBe($"The backup in '{backup}' is of a newer form (sentinel.backup/2) than this Sentinel reads. Restore it with Sentinel 7.1.0 or later.");

        Directory.Exists(folders.Root).ShouldBeFalse();
    }

    [Fact]
    public async Task Versions_that_are_pruned_meanwhile_are_not_in_the_backup()
    {
        foreach (var version in Enumerable.Range(2, 60))
        {
            Model("tile", $"{version}", "weights of one that goes");
        }

        Model("tile", "1", "weights of one");
        var models = Path.Combine(_elsewhere["backups"], $".sentinel-{_root.Time.GetUtcNow().UtcDateTime:yyyyMMdd'T'HHmmss'Z'}.unfinished", "models", "tile");
        var prune = Task.Run(
            () =>
            {
                SpinWait.SpinUntil(() => File.Exists(Path.Combine(models, "champion.json")));
                foreach (var version in Enumerable.Range(2, 60))
                {
                    Directory.Delete(Path.Combine(_root.Folders.Models, "tile", $"{version}"), recursive: true);
                }
            },
            TestContext.Current.CancellationToken);

        var backup = _archivist.BackUp(_elsewhere["backups"]);

        await prune;
        var copied = BackupManifest.Read(backup).Files.Keys.Where(file => file.EndsWith("weights.dat", StringComparison.Ordinal)).ToList();
        copied.ShouldContain("models/tile/1/weights.dat");
        copied.Count.ShouldBeLessThan(61, "none was pruned in time");
        Directory.EnumerateDirectories(Path.Combine(backup, "models", "tile")).Count().ShouldBe(copied.Count);
        new Restoration(new DataFolders(_elsewhere["new"]), _root.Time).Restore(backup, replace: false).ShouldBeNull();
    }

    [Fact]
    public async Task A_ledger_of_a_newer_Sentinel_is_refused_with_the_way_out()
    {
        _root.Database.Write((connection, transaction) =>
        {
            using var command = connection.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = "INSERT INTO SchemaVersions (ScriptName, Applied) VALUES ('Sentinel.Worker.Ledger.Migrations.0999-tomorrow.sql', '2099-01-01')";
            return command.ExecuteNonQuery();
        });
        var backup = _archivist.BackUp(_elsewhere["backups"]);

        using var run = new SentinelProcess("run", "--data", _root.Folders.Root, "--set", $"Http:Urls=http://127.0.0.1:{FreePort.Next()}");
        (await run.EndAsync()).ShouldBe(1);
        run.Errors.ShouldBe($"'{_root.Folders.Ledger}' was brought to the form '0999-tomorrow' by a newer Sentinel than this one. Install that version again, or restore a backup made before.");
        using var restore = new SentinelProcess("restore", backup, "--data", _elsewhere["new"]);
        (await restore.EndAsync()).ShouldBe(1);
        restore.Errors.ShouldContain("0999-tomorrow");
    }

    [Fact]
    public async Task The_verbs_do_it_beside_a_running_host_and_refuse_to_restore_under_it()
    {
        using var host = new SentinelProcess("run", "--data", _root.Folders.Root, "--set", $"Http:Urls=http://127.0.0.1:{FreePort.Next()}");
        await Eventually.HoldsAsync(() => host.Output.Contains("Application started"), "the host");

        using var backup = new SentinelProcess("backup", _elsewhere["backups"], "--data", _root.Folders.Root, "--json");
        (await backup.EndAsync()).ShouldBe(0, backup.Errors);
        var folder = System.Text.Json.JsonDocument.Parse(backup.Output).RootElement.GetProperty("backup").GetString()!;
        (File.GetUnixFileMode(folder) & (UnixFileMode.OtherRead | UnixFileMode.OtherExecute)).ShouldBe(UnixFileMode.None);
        using var restore = new SentinelProcess("restore", folder, "--replace", "--data", _root.Folders.Root);
        (await restore.EndAsync()).ShouldBe(1);
        restore.Errors.ShouldContain("Another Sentinel already runs");
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _elsewhere.Dispose();
        _root.Dispose();
    }

    private void Model(string product, string version, string weights)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_root.Folders.Models, product, version)).FullName;
        File.WriteAllText(Path.Combine(folder, "weights.dat"), weights);
        File.WriteAllText(Path.Combine(_root.Folders.Models, product, "champion.json"), $$"""{"version":"{{version}}"}""");
        Directory.CreateDirectory(Path.Combine(_root.Folders.Models, product, ".staging-1"));
        File.WriteAllText(Path.Combine(_root.Folders.Models, product, ".staging-1", "weights.dat"), "half");
    }

    private static long Scalar(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }
}
