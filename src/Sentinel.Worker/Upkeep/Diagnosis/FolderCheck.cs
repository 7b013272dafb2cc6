using System.Globalization;
using Sentinel.Worker.Inbox;

namespace Sentinel.Worker.Upkeep.Diagnosis;

/// <summary>Looks at one folder, and tries in it what Sentinel does: make a file, rename it, delete it.</summary>
internal static class FolderCheck
{
    public static FolderState Of(string folder, List<Finding> findings)
    {
        try
        {
            if (UnixFile.StatTarget(folder) is not { Kind: FileKind.Folder } stamp)
            {
                findings.Add(new Finding($"The folder '{folder}' is not there.", $"mkdir -p {Shell.Quoted(folder)}"));
                return new FolderState(folder, null, null, false);
            }

            var device = string.Create(CultureInfo.InvariantCulture, $"{stamp.Device >> 32}:{stamp.Device & 0xFFFFFFFF}");
            return new FolderState(folder, new DriveInfo(folder).DriveFormat, device, IsUsable(folder, findings));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            findings.Add(new Finding($"'{folder}' cannot be looked at: {fault.Message}", $"ls -ld {Shell.Quoted(folder)}"));
            return new FolderState(folder, null, null, false);
        }
    }

    /// <summary>A finding when files cannot be made, renamed or deleted there.</summary>
    public static bool IsUsable(string folder, List<Finding> findings)
    {
        var probe = Path.Combine(folder, $".probe-{Guid.NewGuid():N}.tmp");
        try
        {
            File.WriteAllBytes(probe, []);
            File.Move(probe, probe + ".tmp");
            File.Delete(probe + ".tmp");
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            findings.Add(new Finding(
                $"The user {Environment.UserName} cannot make, rename and delete files in '{folder}': {fault.Message}",
                $"sudo chown -R {Environment.UserName} {Shell.Quoted(folder)}"));
            return false;
        }
    }
}
