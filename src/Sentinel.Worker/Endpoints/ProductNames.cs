using Sentinel.Core;

namespace Sentinel.Worker.Endpoints;

/// <summary>Every product that has a folder: known-good images, a model, or files to inspect.</summary>
internal sealed class ProductNames(DataFolders folders)
{
    public IReadOnlyList<string> All() =>
    [
        .. new[] { folders.Good, folders.Models, folders.Inbox }
            .Where(Directory.Exists)
            .SelectMany(Directory.EnumerateDirectories)
            .Select(path => Path.GetFileName(path))
            .Where(ProductName.IsValid)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal),
    ];
}
