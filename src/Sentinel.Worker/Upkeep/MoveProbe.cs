using Sentinel.Worker.Inbox;

namespace Sentinel.Worker.Upkeep;

/// <summary>
/// Tries what every image will need: making a file in the inbox and moving it by one rename into the work folder, the archive, the failed
/// folder and back. Comparing device numbers would not do: a bind mount has the same number and refuses all the same.
/// </summary>
internal static class MoveProbe
{
    private const int OtherDevice = 18, NoSpace = 28, OverQuota = 122;

    /// <summary>Moves an empty hidden file through the folders; it is gone afterwards.</summary>
    /// <returns>What is wrong and what helps, or null.</returns>
    public static MoveProblem? Try(DataFolders folders)
    {
        var name = $".probe-{Guid.NewGuid():N}.tmp";
        var (from, step) = (Path.Combine(folders.Inbox, name), folders.Inbox);
        try
        {
            File.Create(from).Dispose();
            foreach (var folder in new[] { folders.Work, folders.Archive, folders.Failed, folders.Inbox })
            {
                step = folder;
                var to = Path.Combine(folder, name);
                if (!UnixFile.TryMove(from, to))
                {
                    return new MoveProblem(folder, $"'{to}' is in the way.", $"rm '{to}'");
                }

                from = to;
            }

            return null;
        }
        catch (UnauthorizedAccessException fault)
        {
            return new MoveProblem(step, $"Files cannot be moved into '{step}': {fault.Message}", $"chown -R {Environment.UserName} '{step}'");
        }
        catch (IOException fault) when (fault.HResult == OtherDevice)
        {
            var first = Path.GetDirectoryName(from)!;
            return new MoveProblem(
                step,
                $"'{step}' is not on the file system of '{first}': an image could be lost between them when the power fails. "
                + "inbox, .work, archive and failed must share one; mount a disk at the data root, not at one of them.",
                $"df '{first}' '{step}'");
        }
        catch (IOException fault)
        {
            // A full disk is waited out, not refused.
            return fault.HResult is NoSpace or OverQuota ? null : new MoveProblem(step, fault.Message, $"ls -ld '{step}'");
        }
        finally
        {
            Clear(from);
        }
    }

    private static void Clear(string probe)
    {
        if (UnixFile.Stat(probe) is not null)
        {
            File.Delete(probe);
        }
    }
}

/// <summary>Why images cannot take their way.</summary>
/// <param name="Folder">Where it fails.</param>
/// <param name="Message">What is wrong, for people.</param>
/// <param name="Fix">A command that fixes it, or shows what to fix.</param>
internal sealed record MoveProblem(string Folder, string Message, string Fix);

/// <summary>The data root cannot be worked with; the message says what to do.</summary>
public sealed class DataRootUnusableException(string message) : Exception(message);
