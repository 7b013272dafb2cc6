using Sentinel.Worker.Inbox;

namespace Sentinel.Worker.Upkeep.Diagnosis;

/// <summary>
/// Examines an inbox from outside, whether the host runs or not: takes no lock, changes nothing but hidden probe files of its own, and
/// names for everything that is wrong the command that helps.
/// </summary>
internal sealed class InboxDoctor(DataFolders folders, SentinelOptions options, TimeProvider time)
{
    public async Task<InboxDiagnosis> ExamineAsync(CancellationToken cancel)
    {
        var findings = new List<Finding>();
        var states = folders.All.Select(folder => FolderCheck.Of(folder, findings)).ToList();
        var hasInbox = states[0].FileSystem is not null;
        var (free, isLow) = CheckSpace(findings);
        var (status, pause) = await AskHostAsync(isLow, findings, cancel);

        return new InboxDiagnosis
        {
            DataRoot = folders.Root,
            User = Environment.UserName,
            Host = status,
            Folders = states,
            MovesByRename = CheckMoves(states, findings),
            EventDelay = hasInbox && states[0].IsUsable ? await CheckEventsAsync(findings, cancel) : null,
            Inotify = CheckInotify(findings),
            FreeBytes = free,
            FloorBytes = options.Storage.FreeSpaceFloor,
            Products = hasInbox ? await new WaitingFiles(folders, options, time).ExplainAsync(pause, findings, cancel) : [],
            Findings = findings,
        };
    }

    private bool? CheckMoves(IReadOnlyList<FolderState> states, List<Finding> findings)
    {
        string[] way = [folders.Inbox, folders.Work, folders.Archive, folders.Failed];
        if (!states.Where(state => way.Contains(state.Path)).All(state => state.IsUsable))
        {
            return null;
        }

        if (MoveProbe.Try(folders) is { } problem)
        {
            findings.Add(new Finding(problem.Message, problem.Fix));
            return false;
        }

        return true;
    }

    private async Task<double?> CheckEventsAsync(List<Finding> findings, CancellationToken cancel)
    {
        string problem;
        try
        {
            if (await EventTest.RunAsync(folders.Inbox, cancel) is { } delay)
            {
                return delay.TotalSeconds;
            }

            problem = "A new file raised no event within 2 s";
        }
        catch (IOException fault)
        {
            problem = $"No events can be had ({fault.Message})";
        }

        var interval = FileSystemKind.NetworkName(folders.Inbox) is null ? options.Inbox.ScanInterval : options.Inbox.NetworkScanInterval;
        findings.Add(new Finding(
            $"{problem}, so files in '{folders.Inbox}' are found by scanning alone, every {interval.TotalSeconds:0.#} s.",
            $"stat -f {Shell.Quoted(folders.Inbox)}"));
        return null;
    }

    private static InotifyUse CheckInotify(List<Finding> findings)
    {
        var use = InotifyUse.Now();
        if (use.Instances > use.MaxInstances * 0.8)
        {
            findings.Add(new Finding(
                $"{use.Instances} of {use.MaxInstances} inotify instances are in use; Sentinel needs one for all its folders.",
                $"sudo sysctl fs.inotify.max_user_instances={use.MaxInstances * 4}"));
        }

        if (use.Watches > use.MaxWatches * 0.8)
        {
            findings.Add(new Finding(
                $"{use.Watches} of {use.MaxWatches} inotify watches are in use.", $"sudo sysctl fs.inotify.max_user_watches={use.MaxWatches * 4}"));
        }

        return use;
    }

    private (long? Free, bool IsLow) CheckSpace(List<Finding> findings)
    {
        var measured = folders.All.Where(Directory.Exists).Select(folder => (Folder: folder, Free: new DriveInfo(folder).AvailableFreeSpace)).ToList();
        if (measured.Count == 0)
        {
            return (null, false);
        }

        var (folder, free) = measured.MinBy(space => space.Free);
        var isLow = free < options.Storage.FreeSpaceFloor;
        if (isLow)
        {
            findings.Add(new Finding(
                $"Only {Bytes.Text(free)} are free in '{folder}', and intake pauses below {Bytes.Text(options.Storage.FreeSpaceFloor)}. "
                + "Make room, limit what is kept with Sentinel:Retention, or lower Sentinel:Storage:FreeSpaceFloor.",
                $"du -xsh {Shell.Quoted(folders.Root)}/*"));
        }

        return (free, isLow);
    }

    private async Task<(string Status, string? Pause)> AskHostAsync(bool isLow, List<Finding> findings, CancellationToken cancel)
    {
        if (!DataRootLock.IsHeld(folders))
        {
            findings.Add(new Finding("Sentinel is not running on this data root.", $"sentinel run --data {Shell.Quoted(folders.Root)}"));
            return ("not running", "Sentinel is not running");
        }

        var pause = isLow ? "intake is paused for want of free space" : null;
        if (await HostAnswer.AskAsync(options.Http, cancel) is not { } answer)
        {
            findings.Add(new Finding($"Sentinel is running but does not answer on {options.Http.AddressFromHere}.", "sentinel health --set Http:Urls=ITS-ADDRESS"));
            return ("not answering", pause);
        }

        // Missing models and free space are looked at here, too.
        foreach (var (part, problem) in answer.Problems.Where(p => p.Key != FreeSpaceFloor.Part && !p.Key.StartsWith("model ", StringComparison.Ordinal)))
        {
            findings.Add(new Finding($"The running Sentinel says of {part}: {problem}", $"sentinel health --set Http:Urls={options.Http.AddressFromHere}"));
        }

        return (answer.Status, pause);
    }
}
