using System.Globalization;
using NetVips;
using Sentinel.Core.Imaging;
using Sentinel.Worker.Tests.Inbox;

namespace Sentinel.Worker.Tests.Inspection;

/// <summary>
/// Thousands of damaged images through the real intake, decoder, ledger and filing. Each ends in exactly one place with its bytes untouched,
/// whatever is wrong with it; a crash of a native library ends the test run. <c>tests/fuzz.sh</c> runs it with many more.
/// </summary>
public sealed class MutatedFilesTests : IDisposable
{
    private const int Batch = 100;
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(10); // Longer than each file's decoding may take.
    private static readonly TimeSpan _decodeTime = TimeSpan.FromSeconds(5);

    // Hashing, the ledger and a busy machine are timed with the decoder, which is asked between two strips.
    private static readonly TimeSpan _slack = TimeSpan.FromSeconds(5);

    private readonly DataRoot _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task Whatever_is_wrong_with_a_file_it_ends_in_one_place_unchanged()
    {
        var files = Setting("SENTINEL_FUZZ_FILES", 300);
        var seed = Setting("SENTINEL_FUZZ_SEED", 1);
        var seeds = SeedFiles();
        var sent = new HashSet<string>(StringComparer.Ordinal);
        var longest = TimeSpan.Zero;
        for (var first = 0; first < files; first += Batch)
        {
            for (var number = first; number < Math.Min(files, first + Batch); number++)
            {
                var (ending, content) = Mutated(seeds, new Random(unchecked(seed * 1_000_003 + number)));
                sent.Add(Hash(content));
                _root.Drop($"tile/{number:00000}.{ending}", content);
            }

            using var line = new Line(_root, configure: Strictly, clock: TimeProvider.System);
            await line.RunUntilAsync(() => _root.Files("inbox").Count == 0 && _root.Ledger.OpenClaims().Count == 0, _patience);
            longest = line.LongestDecode > longest ? line.LongestDecode : longest;
        }

        var originals = Originals();
        TestContext.Current.SendDiagnosticMessage($"{files} files of seed {seed}: {Outcome()}; the longest took {longest.TotalMilliseconds:F0} ms to decode or refuse.");
        longest.ShouldBeInRange(TimeSpan.FromTicks(1), _decodeTime + _slack);
        originals.Count.ShouldBe(files);
        originals.ToHashSet(StringComparer.Ordinal).ShouldBe(sent, ignoreOrder: true);
    }

    private static void Strictly(SentinelOptions options)
    {
        options.Inbox.TruncatedGrace = TimeSpan.Zero;
        options.Inbox.Ready = ReadySign.Rename;
        options.Pages = PageChoice.Each;
        options.Limits.DecodeTime = _decodeTime;
        options.Limits.MaxPixels = 4_000_000;
    }

    private List<string> Originals() =>
        [.. _root.Files("archive").Concat(_root.Files("failed")).Where(path => !path.EndsWith(".reason.json", StringComparison.Ordinal))
            .Select(path => Hash(File.ReadAllBytes(Path.Combine(_root.Folders.Root, path))))];

    private string Outcome()
    {
        var reasons = _root.Files("failed").Where(path => path.EndsWith(".reason.json", StringComparison.Ordinal))
            .CountBy(path => System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_root.Folders.Root, path))).RootElement.GetProperty("reason").GetString()!);
        return $"{_root.Files("archive").Count} inspected or repeated, "
            + string.Join(", ", reasons.OrderByDescending(reason => reason.Value).Select(reason => $"{reason.Value} {reason.Key}"));
    }

    /// <summary>Bits flipped, ends cut off, pieces moved, another format's beginning, noise behind a real beginning.</summary>
    private static (string Ending, byte[] Content) Mutated(IReadOnlyList<(string Ending, byte[] Content)> seeds, Random random)
    {
        var (ending, original) = seeds[random.Next(seeds.Count)];
        var content = original.ToArray();
        switch (random.Next(6))
        {
            case 0:
                for (var flips = random.Next(1, 30); flips > 0; flips--)
                {
                    content[random.Next(content.Length)] ^= (byte)(1 << random.Next(8));
                }

                break;
            case 1: // In the header, where sizes, counts and offsets are.
                for (var changes = random.Next(1, 6); changes > 0; changes--)
                {
                    content[random.Next(Math.Min(content.Length, 128))] = (byte)random.Next(256);
                }

                break;
            case 2:
                content = content[..random.Next(1, content.Length)];
                break;
            case 3:
                var other = seeds[random.Next(seeds.Count)].Content;
                content = [.. other[..Math.Min(other.Length, random.Next(4, 64))], .. content[Math.Min(content.Length - 1, random.Next(4, 64))..]];
                break;
            case 4:
                var noise = new byte[random.Next(16, 20_000)];
                random.NextBytes(noise);
                content = [.. content[..Math.Min(content.Length, random.Next(4, 48))], .. noise];
                break;
            default:
                var (from, to, length) = (random.Next(content.Length), random.Next(content.Length), random.Next(1, content.Length / 2));
                content.AsSpan(from, Math.Min(length, content.Length - Math.Max(from, to))).ToArray().CopyTo(content.AsSpan(to));
                break;
        }

        return (ending, [.. content, .. BitConverter.GetBytes(random.Next())]);
    }

    private static List<(string Ending, byte[] Content)> SeedFiles()
    {
        var random = new Random(7);
        var files = new List<(string, byte[])>();
        foreach (var (channels, depth) in new[] { (1, 8), (3, 8), (1, 16), (3, 16) })
        {
            var samples = new ushort[61 * 47 * channels];
            for (var i = 0; i < samples.Length; i++)
            {
                var level = (ushort)((i * 17 + random.Next(3000)) % 65536);
                samples[i] = depth == 16 ? level : (ushort)(level / 257 * 257);
            }

            var frame = new Frame(61, 47, channels, samples, depth);
            files.AddRange(new[] { ("jpg", ImageFormat.Jpeg), ("png", ImageFormat.Png), ("tif", ImageFormat.Tiff), ("webp", ImageFormat.WebP), ("bmp", ImageFormat.Bmp) }
                .Select(format => (format.Item1, ImageFile.Encode(frame, format.Item2))));
        }

        using var picture = Image.NewFromMemory([.. Enumerable.Range(0, 60 * 120).Select(i => (byte)(i * 7))], 60, 120, 1, Enums.BandFormat.Uchar);
        using var pages = picture.Copy();
        files.Add(("jpg", picture.JpegsaveBuffer(interlace: true)));
        files.Add(("png", picture.PngsaveBuffer(interlace: true)));
        files.Add(("tif", pages.TiffsaveBuffer(pageHeight: 40)));
        files.Add(("webp", pages.WebpsaveBuffer(pageHeight: 40)));
        foreach (var compression in new[] { Enums.ForeignTiffCompression.Deflate, Enums.ForeignTiffCompression.Lzw, Enums.ForeignTiffCompression.Jpeg, Enums.ForeignTiffCompression.Packbits })
        {
            files.Add(("tif", picture.TiffsaveBuffer(compression: compression, tile: true, tileWidth: 32, tileHeight: 32)));
        }

        return files;
    }

    private static int Setting(string name, int usual) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : usual;

    private static string Hash(byte[] content) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content));
}
