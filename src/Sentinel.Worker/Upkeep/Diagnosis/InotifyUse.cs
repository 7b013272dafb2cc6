using System.Globalization;
using Sentinel.Worker.Inbox;

namespace Sentinel.Worker.Upkeep.Diagnosis;

/// <summary>How much of what the kernel grants one user for file events is in use.</summary>
/// <param name="Instances">Instances of this user's processes, as far as they can be seen.</param>
/// <param name="MaxInstances">Limit of instances per user.</param>
/// <param name="Watches">Watches of those instances.</param>
/// <param name="MaxWatches">Limit of watches per user.</param>
internal sealed record InotifyUse(int Instances, long MaxInstances, int Watches, long MaxWatches)
{
    private const string Limits = "/proc/sys/fs/inotify";

    public static InotifyUse Now()
    {
        var (instances, watches) = (0, 0);
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => Path.GetFileName(path).All(char.IsAsciiDigit)))
        {
            try
            {
                var open = Directory.EnumerateFiles(Path.Combine(process, "fd")).Where(IsInotify).Select(path => Path.GetFileName(path)).ToList();
                instances += open.Count;
                watches += open.Sum(number => File.ReadLines(Path.Combine(process, "fdinfo", number)).Count(IsWatch));
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                // Another user's, whose use does not count here, or it has ended meanwhile.
                continue;
            }
        }

        return new InotifyUse(instances, Limit("max_user_instances"), watches, Limit("max_user_watches"));
    }

    private static bool IsInotify(string file) =>
        UnixFile.Stat(file) is { Kind: FileKind.Link } && File.ResolveLinkTarget(file, returnFinalTarget: false)?.Name == "anon_inode:inotify";

    private static bool IsWatch(string line) => line.StartsWith("inotify wd:", StringComparison.Ordinal);

    private static long Limit(string name) => long.Parse(File.ReadAllText(Path.Combine(Limits, name)), CultureInfo.InvariantCulture);
}
