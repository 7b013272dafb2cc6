using Sentinel.Core;
using Sentinel.Core.Imaging;
using Sentinel.Worker.Inbox;
using Sentinel.Worker.Ledger;

namespace Sentinel.Worker.Upkeep;

/// <summary>The images below <c>good/</c> and <c>defects/</c>, as they are now.</summary>
internal static class CorrectionFiles
{
    private static readonly EnumerationOptions _below = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden };

    public static IEnumerable<CorrectionFile> In(DataFolders folders) =>
        from folder in new[] { folders.Good, folders.Defects }
        from productFolder in Directory.EnumerateDirectories(folder)
        let product = Path.GetFileName(productFolder)
        where ProductName.IsValid(product)
        from path in Directory.EnumerateFiles(productFolder, "*", _below)
        where ImageFile.IsImageName(path)
        let stamp = UnixFile.Stat(path)
        where stamp is { Kind: FileKind.Regular }
        select new CorrectionFile(product, path, Path.GetRelativePath(folders.Root, path), stamp.Value, IsGood: folder == folders.Good);
}

/// <summary>An image in one of the two folders.</summary>
/// <param name="Product">The product whose folder it lies in.</param>
/// <param name="Path">Its full path.</param>
/// <param name="Relative">Its path below the data root.</param>
/// <param name="Stamp">What it was when it was seen.</param>
/// <param name="IsGood">True in <c>good/</c>, false in <c>defects/</c>.</param>
internal sealed record CorrectionFile(string Product, string Path, string Relative, FileStamp Stamp, bool IsGood)
{
    public ComparedFile ToCompared() => ComparedFile.Now(Relative, Stamp.Bytes, Stamp.ModifiedAt);
}
