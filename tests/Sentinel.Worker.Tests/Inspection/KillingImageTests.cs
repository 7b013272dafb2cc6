using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Sentinel.Core.Imaging;

namespace Sentinel.Worker.Tests.Inspection;

/// <summary>
/// The real host, killed twice while the same image is in work, and at its third start the real process that tries this image alone, too:
/// what an image does that brings a native library down each time.
/// </summary>
[Collection(nameof(TrainedProduct))]
public sealed class KillingImageTests(TrainedProduct product) : IDisposable
{
    private readonly TemporaryFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task It_is_set_aside_at_the_third_start_and_the_others_get_their_verdicts()
    {
        product.PublishTo(_data, "1");
        var folder = Directory.CreateDirectory(_data["inbox", "tile"]).FullName;
        var killing = new Frame(7000, 7000, 1, [.. Enumerable.Range(0, 7000 * 7000).Select(i => (ushort)(i * 257))]); // Seconds to decode.
        File.WriteAllBytes(Path.Combine(folder, ".killing.tmp"), ImageFile.EncodePng(killing));
        File.Move(Path.Combine(folder, ".killing.tmp"), Path.Combine(folder, "killing.png"));
        for (var start = 1; start <= 2; start++)
        {
            using var host = Start();
            await Eventually.HoldsAsync(() => Attempts() == start, "the image is in work", 90);
            host.Signal("KILL");
            await host.EndAsync();
        }

        using var last = Start();
        var trial = 0;
        await Eventually.HoldsAsync(() => (trial = TrialOf(last.Process.Id)) != 0, "the image is tried in a process of its own", 90);
        foreach (var name in new[] { "a", "b" })
        {
            File.WriteAllBytes(Path.Combine(folder, $".{name}.tmp"), Line.Picture((byte)name[0], 64, 64));
            File.Move(Path.Combine(folder, $".{name}.tmp"), Path.Combine(folder, $"{name}.png"));
        }

        Process.Start("kill", ["-KILL", $"{trial}"]).WaitForExit();

        await Eventually.HoldsAsync(() => Files("failed").Contains("killing.png") && Files("archive").Count == 2, "all files are filed", 120);
        Files("archive").Order().ShouldBe(["a.png", "b.png"]);
        File.ReadAllText(Directory.EnumerateFiles(_data["failed"], "*.reason.json", SearchOption.AllDirectories).Single())
            .ShouldContain("ended 2 times while it worked on this file; one that did nothing else was ended by signal 9");
    }

    private SentinelProcess Start() => new(
        "run", "--data", _data.Path, "--set", $"Http:Urls=http://127.0.0.1:{FreePort.Next()}", "--set", "Inbox:Ready=rename", "--set", "Training:Schedule=0 0 3 1 1 ? 2099");

    private List<string> Files(string below) => Directory.Exists(_data[below])
        ? [.. Directory.EnumerateFiles(_data[below], "*.png", SearchOption.AllDirectories).Select(path => Path.GetFileName(path))]
        : [];

    /// <summary>Counted before the decoder sees the file, and forgotten with the verdict.</summary>
    private long Attempts()
    {
        if (!File.Exists(_data["sentinel.db"]))
        {
            return 0;
        }

        using var ledger = new SqliteConnection($"Data Source={_data["sentinel.db"]};Mode=ReadOnly;Pooling=False");
        ledger.Open();
        using var ask = ledger.CreateCommand();
        ask.CommandText = "SELECT max(attempts) FROM images WHERE file = 'killing.png'";
        try
        {
            return ask.ExecuteScalar() as long? ?? 0;
        }
        catch (SqliteException)
        {
            return 0; // It is being made.
        }
    }

    /// <summary>The child that was given a file and nothing else to do, or 0.</summary>
    private static int TrialOf(int host)
    {
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => Path.GetFileName(path).All(char.IsAsciiDigit)))
        {
            try
            {
                var command = File.ReadAllText(Path.Combine(process, "cmdline"));
                if (command.Contains("examine-file", StringComparison.Ordinal) && command.Contains($"--parent\0{host}\0", StringComparison.Ordinal))
                {
                    return int.Parse(Path.GetFileName(process));
                }
            }
            catch (IOException)
            {
                continue; // It has ended meanwhile.
            }
        }

        return 0;
    }
}
