using System.Text;

namespace Sentinel.Worker.Inbox;

/// <summary>
/// Names for a file where its own is taken: <c>a.jpg</c>, <c>a-2.jpg</c>, <c>a-3.jpg</c> ..., none longer than the file system allows.
/// </summary>
internal static class FreeName
{
    /// <summary>Longest file name, in bytes of UTF-8.</summary>
    public const int Longest = 255;

    private const int LongestExtension = 16;

    /// <param name="name">The file's own name.</param>
    /// <param name="number">1 for the name itself, 2 and up for the others.</param>
    /// <param name="longest">Bytes it may take; leave room for what is to be appended.</param>
    public static string Numbered(string name, int number, int longest = Longest)
    {
        var extension = Path.GetExtension(name);
        if (extension.Length == name.Length || Encoding.UTF8.GetByteCount(extension) > LongestExtension)
        {
            extension = "";
        }

        var ending = (number == 1 ? "" : $"-{number}") + extension;
        return Shortened(name[..^extension.Length], longest - Encoding.UTF8.GetByteCount(ending)) + ending;
    }

    /// <summary>The first path in the folder, in order of number, that <paramref name="isFree"/> accepts.</summary>
    public static string In(string folder, string name, Func<string, bool> isFree) =>
        Enumerable.Range(1, int.MaxValue - 1).Select(number => Path.Combine(folder, Numbered(name, number))).First(isFree);

    private static string Shortened(string text, int bytes)
    {
        var end = text.Length;
        while (Encoding.UTF8.GetByteCount(text.AsSpan(0, end)) > bytes)
        {
            end -= end >= 2 && char.IsSurrogatePair(text[end - 2], text[end - 1]) ? 2 : 1;
        }

        return text[..end];
    }
}
