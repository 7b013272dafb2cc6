using System.IO.Enumeration;
using Sentinel.Core;

namespace Sentinel.Worker.Inbox;

/// <summary>
/// Reads the whole inbox: the product folders and, as product <c>default</c>, its root. However many files wait, it keeps only the oldest
/// <see cref="Window"/> of each product; the directory is the queue.
/// </summary>
internal sealed partial class InboxScanner(DataFolders folders, DataRootMark mark, SentinelOptions options, ILogger<InboxScanner> logger)
{
    /// <summary>Files of one product that are kept from one scan.</summary>
    public const int Window = 4096;

    private HashSet<string> _reported = new(StringComparer.Ordinal);
    private HashSet<string> _stillThere = new(StringComparer.Ordinal);
    private ulong _device;

    /// <exception cref="IOException">The inbox is not there, or not on the file system it shares with the work folder: unavailable, not
    /// empty.</exception>
    /// <exception cref="UnauthorizedAccessException">The inbox may not be read.</exception>
    public InboxScan Scan()
    {
        mark.Require();
        _device = InboxPresence.Require(folders).Device;
        _stillThere = new HashSet<string>(StringComparer.Ordinal);
        var products = new SortedDictionary<string, ProductScan>(StringComparer.Ordinal);
        var subfolders = new List<string>();
        ReadFolder(folders.Inbox, Product(products, ProductName.Default), subfolders);
        foreach (var folder in subfolders)
        {
            ReadProductFolder(folder, products);
        }

        // What is gone is forgotten, so that the memory of what was reported cannot grow; what comes again is reported again.
        _reported = _stillThere;
        return new InboxScan(products.Values.Where(product => product.IsUsed(folders.Inbox)).ToList());
    }

    private void ReadProductFolder(string folder, SortedDictionary<string, ProductScan> products)
    {
        var name = Path.GetFileName(folder);
        if (!ProductName.IsValid(name))
        {
            ReportOnce(folder, () => Log.InvalidProduct(logger, folder, ProductName.Rule));
            return;
        }

        var product = Product(products, name);
        var nested = new List<string>();
        try
        {
            ReadFolder(folder, product, nested);
        }
        catch (DirectoryNotFoundException)
        {
            return; // Withdrawn since its parent was read.
        }
        catch (Exception fault) when (fault is UnauthorizedAccessException or IOException)
        {
            // One folder out of reach must not keep the others waiting.
            product.Problem = $"'{folder}' cannot be read: {fault.Message}";
            product.Folders.Add(folder);
            return;
        }

        product.Problem ??= ProblemOf(folder);
        foreach (var deeper in nested)
        {
            ReportOnce(deeper, () => Log.NestedFolder(logger, deeper));
        }
    }

    private string? ProblemOf(string folder) => (UnixFile.StatTarget(folder)?.Device ?? _device) != _device
        ? $"'{folder}' is a mount of its own, and files are taken by a rename, which ends at a file system: unmount it, or give it a Sentinel and data root of its own."
        : UnixFile.IsWritableFolder(folder) ? null : $"Files cannot be taken out of '{folder}': give Sentinel's user write access.";

    private void ReadFolder(string folder, ProductScan product, List<string> subfolders)
    {
        var names = new FileSystemEnumerable<string>(
            folder,
            (ref FileSystemEntry entry) => entry.FileName.ToString(),
            new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false, ReturnSpecialDirectories = false })
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !InboxNames.IsUnfinished(entry.FileName),
        };
        product.Folders.Add(folder);
        if (options.SettingsOf(product.Name).Inbox.Ready is ReadySign.Marker)
        {
            ReadMarked(folder, [.. names], product, subfolders);
            return;
        }

        foreach (var name in names)
        {
            ReadEntry(Path.Combine(folder, name), name, product, subfolders);
        }
    }

    private void ReadMarked(string folder, List<string> names, ProductScan product, List<string> subfolders)
    {
        var markers = names.Where(ReadyMarker.IsMarker).ToHashSet(StringComparer.Ordinal);
        foreach (var name in names.Where(name => !ReadyMarker.IsMarker(name)))
        {
            ReadEntry(Path.Combine(folder, name), name, product, subfolders, markers.Remove(ReadyMarker.Of(name)));
        }

        // The image may have come while the folder was read.
        foreach (var marker in markers.Select(name => Path.Combine(folder, name)).Where(path => UnixFile.Stat(ReadyMarker.ImageOf(path)) is null))
        {
            ReportOnce(marker, () => Log.MarkerAlone(logger, marker));
        }
    }

    /// <param name="isMarked">Whether its marker is there; null where none is needed.</param>
    private void ReadEntry(string path, string name, ProductScan product, List<string> subfolders, bool? isMarked = null)
    {
        if (UnixFile.Stat(path) is not { } stamp)
        {
            // Either it vanished since the folder was read, or its name is not UTF-8 and .NET cannot spell it.
            if (name.Contains('\uFFFD', StringComparison.Ordinal))
            {
                ReportOnce(path, () => Log.UnspeakableName(logger, path));
            }
        }
        else if (stamp.Kind == FileKind.Folder)
        {
            subfolders.Add(path);
        }
        else if (stamp.Kind != FileKind.Regular)
        {
            ReportOnce(path, () => Log.NotAFile(logger, path, stamp.Kind));
        }
        else if (!InboxNames.IsImage(name))
        {
            ReportOnce(path, () => Log.NotAnImageName(logger, path));
        }
        else if (!stamp.IsReadableForAll && !UnixFile.IsReadable(path))
        {
            product.AddUnreadable(new InboxFile(product.Name, path, stamp));
        }
        else
        {
            product.Add(new InboxFile(product.Name, path, stamp, isMarked is true), canBeReady: isMarked is not false);
        }
    }

    private static ProductScan Product(SortedDictionary<string, ProductScan> products, string name) =>
        products.TryGetValue(name, out var known) ? known : products[name] = new ProductScan(name, Window);

    private void ReportOnce(string path, Action report)
    {
        if (!_reported.Contains(path) && _stillThere.Add(path))
        {
            report();
        }

        _stillThere.Add(path);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Folder {Folder} is left alone: a product's name has {Rule}.")]
        public static partial void InvalidProduct(ILogger logger, string folder, string rule);

        [LoggerMessage(LogLevel.Warning, "Folder {Folder} is left alone: images lie directly in their product's folder.")]
        public static partial void NestedFolder(ILogger logger, string folder);

        [LoggerMessage(LogLevel.Warning, "{Path} is left alone: it is no file but a {Kind}.")]
        public static partial void NotAFile(ILogger logger, string path, FileKind kind);

        [LoggerMessage(LogLevel.Warning, "{Marker} waits: the image that it marks as complete is not there.")]
        public static partial void MarkerAlone(ILogger logger, string marker);

        [LoggerMessage(LogLevel.Warning, "{Path} is left alone: its name is not that of an image.")]
        public static partial void NotAnImageName(ILogger logger, string path);

        [LoggerMessage(LogLevel.Warning, "{Path} is left alone: its name is not valid UTF-8; rename it.")]
        public static partial void UnspeakableName(ILogger logger, string path);
    }
}
