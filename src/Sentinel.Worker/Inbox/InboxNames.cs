using Sentinel.Core.Imaging;

namespace Sentinel.Worker.Inbox;

/// <summary>Which names in the inbox mean a picture.</summary>
internal static class InboxNames
{
    private static readonly string[] Unfinished = [".tmp", ".part", ".partial", ".filepart", ".crdownload", ".download"];

    /// <summary>
    /// True for names that programs give to files which they have not finished: <c>.a.jpg.x7Yz</c>, <c>a.jpg.part</c>, <c>~a.jpg</c>.
    /// </summary>
    public static bool IsUnfinished(ReadOnlySpan<char> name)
    {
        if (name[0] is '.' or '~')
        {
            return true;
        }

        foreach (var ending in Unfinished)
        {
            if (name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    public static bool IsImage(string name) => ImageFile.IsImageName(name);
}
