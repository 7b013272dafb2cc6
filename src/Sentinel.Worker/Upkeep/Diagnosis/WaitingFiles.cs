using System.Diagnostics;
using Sentinel.Core;
using Sentinel.Core.Imaging;
using Sentinel.Core.Models;
using Sentinel.Worker.Inbox;

namespace Sentinel.Worker.Upkeep.Diagnosis;

/// <summary>Goes through the inbox as a person would: what waits for which product, since when, and why.</summary>
internal sealed class WaitingFiles(DataFolders folders, SentinelOptions options, TimeProvider time)
{
    private const int Explained = 20;

    /// <summary>Within this time a file that is being written grows.</summary>
    private static readonly TimeSpan _twoLooks = TimeSpan.FromMilliseconds(600);

    /// <summary>Files are decoded for so long in all; after that only their headers are read.</summary>
    private static readonly TimeSpan _decoding = TimeSpan.FromSeconds(15);

    private readonly ModelRegistry _models = new(folders.Models);

    /// <param name="pause">Why the running Sentinel takes nothing at all, or null.</param>
    /// <param name="otherwise">Why a file waits with which nothing is wrong.</param>
    /// <param name="findings">Takes what is wrong.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task<IReadOnlyList<WaitingProduct>> ExplainAsync(string? pause, string otherwise, List<Finding> findings, CancellationToken cancel)
    {
        var products = Read(findings);
        await Task.Delay(_twoLooks, time, cancel);
        var start = Stopwatch.GetTimestamp();
        return products.Select(product => Explain(product.Key, product.Value, pause, otherwise, findings, start)).ToList();
    }

    private SortedDictionary<string, List<InboxFile>> Read(List<Finding> findings)
    {
        var products = new SortedDictionary<string, List<InboxFile>>(StringComparer.Ordinal);
        ReadFolder(folders.Inbox, ProductName.Default, isRoot: true, products, findings);
        return products;
    }

    private void ReadFolder(
        string folder, string product, bool isRoot, SortedDictionary<string, List<InboxFile>> products, List<Finding> findings)
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(folder).Where(path => !IsOwn(Path.GetFileName(path))))
        {
            var name = Path.GetFileName(path);
            switch (UnixFile.Stat(path))
            {
                case { Kind: FileKind.Regular } stamp:
                    products.TryAdd(product, []);
                    products[product].Add(new InboxFile(product, path, stamp));
                    break;
                case { Kind: FileKind.Folder } when isRoot && ProductName.IsValid(name):
                    ReadProduct(path, name, products, findings);
                    break;
                case { Kind: FileKind.Folder } when isRoot && !InboxNames.IsUnfinished(name):
                    findings.Add(new Finding(
                        $"The folder '{path}' is left alone: a product's name has {ProductName.Rule}.",
                        $"mv {Shell.Quoted(path)} {Shell.Quoted(Path.Combine(folder, "NEW-NAME"))}"));
                    break;
                case { Kind: FileKind.Folder } when !isRoot:
                    findings.Add(new Finding(
                        $"The folder '{path}' is left alone: images lie directly in their product's folder.",
                        $"mv {Shell.Quoted(path)}/* {Shell.Quoted(folder)}/"));
                    break;
                case null when name.Contains('\uFFFD', StringComparison.Ordinal):
                    findings.Add(new Finding($"'{path}' is left alone: its name is not valid UTF-8.", $"ls -b {Shell.Quoted(folder)}"));
                    break;
            }
        }
    }

    /// <summary>Files that Sentinel itself makes for an instant to try something.</summary>
    private static bool IsOwn(string name) => name.StartsWith(".probe-", StringComparison.Ordinal) || Canary.Is(name);

    private void ReadProduct(string folder, string product, SortedDictionary<string, List<InboxFile>> products, List<Finding> findings)
    {
        try
        {
            products.TryAdd(product, []);
            ReadFolder(folder, product, isRoot: false, products, findings);
            FolderCheck.IsUsable(folder, findings);
        }
        catch (UnauthorizedAccessException fault)
        {
            findings.Add(new Finding(
                $"'{folder}' cannot be read: {fault.Message}", $"sudo chown -R {Environment.UserName} {Shell.Quoted(folder)}"));
        }
    }

    private WaitingProduct Explain(string product, List<InboxFile> files, string? pause, string otherwise, List<Finding> findings, long start)
    {
        var model = ModelProblem(product, files.Count, findings);
        var first = files.OrderBy(file => file.Stamp.ChangedAt).ThenBy(file => file.Path, StringComparer.Ordinal).Take(Explained)
            .Select(file =>
            {
                var (why, fix) = WhyOf(file, Stopwatch.GetElapsedTime(start) < _decoding);
                if (fix is not null)
                {
                    findings.Add(new Finding($"'{file.Path}' waits: {why}.", fix));
                }

                return new WaitingFile(file.Name, file.Stamp.Bytes, file.Stamp.ChangedAt, why ?? pause ?? model ?? otherwise);
            })
            .ToList();
        return new WaitingProduct(product, files.Count, files.Count == 0 ? null : files.Min(file => file.Stamp.ChangedAt), first);
    }

    private string? ModelProblem(string product, int files, List<Finding> findings)
    {
        try
        {
            if (_models.ChampionOf(product) is not null)
            {
                return null;
            }
        }
        catch (Exception fault) when (fault is ModelUnusableException or IOException or UnauthorizedAccessException)
        {
            findings.Add(new Finding(fault.Message, $"sentinel train --product {product} --data {Shell.Quoted(folders.Root)}"));
            return "its product's model cannot be used";
        }

        if (files > 0)
        {
            var good = Path.Combine(folders.Good, product);
            findings.Add(new Finding(
                $"'{product}' has no model, so its {files} files wait; Sentinel trains one as soon as there are known-good images.",
                $"mkdir -p {Shell.Quoted(good)} && cp IMAGES {Shell.Quoted(good)}/"));
        }

        return "its product has no model";
    }

    /// <summary>Why this one file is not taken, with a command when a person has to act; null when nothing is wrong with it.</summary>
    private (string? Why, string? Fix) WhyOf(InboxFile file, bool decode)
    {
        var (path, name, now) = (file.Path, file.Name, time.GetUtcNow());
        var settings = options.SettingsOf(file.Product).Inbox;
        if (InboxNames.IsUnfinished(name))
        {
            return ("its name says that it is not finished; it is taken when it is renamed", null);
        }

        if (ReadyMarker.IsMarker(name))
        {
            return UnixFile.Stat(ReadyMarker.ImageOf(path)) is null
                ? ("it is a marker whose image is not there", $"rm {Shell.Quoted(path)}")
                : ($"it is the marker of {ReadyMarker.ImageOf(name)}", null);
        }

        if (!InboxNames.IsImage(name))
        {
            return ("its name is not that of an image", $"rm {Shell.Quoted(path)}");
        }

        if (!UnixFile.IsReadable(path))
        {
            return ($"the user {Environment.UserName} may not read it", $"sudo chmod a+r {Shell.Quoted(path)}");
        }

        if (UnixFile.Stat(path) is not { } stamp)
        {
            return ("it was taken just now", null);
        }

        if (!stamp.HasContentOf(file.Stamp))
        {
            return ("it is still growing", null);
        }

        return settings.Ready switch
        {
            ReadySign.Quiet when OpenWriter.HasOpen(path) => ("somebody has it open for writing", $"fuser -v {Shell.Quoted(path)}"),
            ReadySign.Quiet when now - stamp.ChangedAt < settings.QuietPeriod => ("it is too young: it has to stand still for a while", null),
            ReadySign.Marker when UnixFile.Stat(ReadyMarker.Of(path)) is null => WithoutMarker(path, now - stamp.ChangedAt < settings.TruncatedGrace),
            _ => FaultOf(path, decode, stamp, now, settings.TruncatedGrace),
        };
    }

    private static (string? Why, string? Fix) WithoutMarker(string path, bool isYoung) =>
        ($"its sender has not made its marker {Path.GetFileName(ReadyMarker.Of(path))}", isYoung ? null : $"touch {Shell.Quoted(ReadyMarker.Of(path))}");

    private (string? Why, string? Fix) FaultOf(string path, bool decode, FileStamp stamp, DateTimeOffset now, TimeSpan grace) =>
        Fault(path, decode) is { } fault ? WhyOf(path, fault, stamp, now, grace) : (null, null);

    private static (string Why, string? Fix) WhyOf(string path, UnreadableImageException fault, FileStamp stamp, DateTimeOffset now, TimeSpan grace) =>
        fault.Reason is UnreadableReason.Truncated or UnreadableReason.Empty && now - stamp.ModifiedAt < grace
            ? ($"it may still be on its way: {fault.Message}", null)
            // Under that name it is left alone, for a person to look at.
            : ($"it will be set aside: {fault.Message}", $"mv {Shell.Quoted(path)} {Shell.Quoted(path + ".part")}");

    private UnreadableImageException? Fault(string path, bool decode)
    {
        try
        {
            _ = decode ? ImageFile.Read(path, options.Limits) : (object)ImageFile.ReadHeader(path, options.Limits);
            return null;
        }
        catch (UnreadableImageException fault)
        {
            return fault;
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return null; // Taken meanwhile.
        }
    }
}
