namespace Sentinel.Worker;

/// <summary>
/// A mount that /etc/fstab has at or above a folder and that is not there now. What is made on the empty place of a mount looks like a first
/// start, and is hidden as soon as the mount is back.
/// </summary>
internal static class MissingMount
{
    /// <summary>The place of the missing mount, or null.</summary>
    public static string? Above(string folder)
    {
        try
        {
            return Above(folder, File.ReadLines("/etc/fstab"), File.ReadLines("/proc/self/mountinfo"));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null; // As in most containers: nothing says what should be mounted.
        }
    }

    /// <param name="folder">A full path.</param>
    /// <param name="fstab">Lines of fstab(5).</param>
    /// <param name="mountinfo">Lines of proc_pid_mountinfo(5).</param>
    internal static string? Above(string folder, IEnumerable<string> fstab, IEnumerable<string> mountinfo)
    {
        var mounted = mountinfo.Select(line => line.Split(' ')).Where(fields => fields.Length > 4).Select(fields => Plain(fields[4])).ToHashSet(StringComparer.Ordinal);
        return fstab.Where(line => !line.TrimStart().StartsWith('#'))
            .Select(line => line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields.Length > 3 && !fields[3].Split(',').Contains("noauto"))
            .Select(fields => Plain(fields[1]).TrimEnd('/'))
            .Where(place => place.Length > 0 && (folder + '/').StartsWith(place + '/', StringComparison.Ordinal) && !mounted.Contains(place))
            .MaxBy(place => place.Length);
    }

    /// <summary>Both files write blanks in names as \040.</summary>
    private static string Plain(string name) => name.Replace("\\040", " ", StringComparison.Ordinal);
}
