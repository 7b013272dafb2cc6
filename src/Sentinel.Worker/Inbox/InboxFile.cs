namespace Sentinel.Worker.Inbox;

/// <summary>One file that waits in the inbox.</summary>
/// <param name="Product">The product it belongs to.</param>
/// <param name="Path">Its full path.</param>
/// <param name="Stamp">What it was when it was seen.</param>
/// <param name="IsMarked">True when its sender marked it as complete; the marker goes where the file goes.</param>
internal sealed record InboxFile(string Product, string Path, FileStamp Stamp, bool IsMarked = false)
{
    public string Name => System.IO.Path.GetFileName(Path);
}
