using Sentinel.Worker.Inbox;

namespace Sentinel.Worker.Upkeep.Diagnosis;

/// <summary>
/// Examines an inbox from outside, whether the host runs or not: takes no lock, changes nothing but hidden probe files of its own, and
/// names for everything that is wrong the command that helps.
/// </summary>
internal sealed class InboxDoctor(DataFolders folders, SentinelOptions options, TimeProvider time, Func<string, string?>? networkName = null)
{
    private const string NotRunning = "not running";

    // What the running host reports under these names keeps it from taking files.
    private static readonly string[] _pauses = ["storage", "inbox"];

    public async Task<InboxDiagnosis> ExamineAsync(CancellationToken cancel)
    {
        var findings = new List<Finding>();
        var states = folders.All.Select(folder => FolderCheck.Of(folder, findings)).ToList();
        var hasInbox = states[0].FileSystem is not null;
        var (free, isLow) = CheckSpace(findings);
        var (status, pause) = await AskHostAsync(isLow, findings, cancel);
        if (hasInbox)
        {
            CheckNetwork(findings);
        }

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
            InWork = FilesInWork.Of(folders),
            Products = hasInbox ? await new WaitingFiles(folders, options, time).ExplainAsync(pause, status == NotRunning ? "Sentinel is not running" : "its turn comes", findings, cancel) : [],
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

        var interval = (networkName ?? FileSystemKind.NetworkName)(folders.Inbox) is null ? options.Inbox.ScanInterval : options.Inbox.NetworkScanInterval;
        findings.Add(new Finding(
            $"{problem}, so files in '{folders.Inbox}' are found by scanning alone, every {interval.TotalSeconds:0.#} s.",
            $"stat -f {Shell.Quoted(folders.Inbox)}"));
        return null;
    }

    private void CheckNetwork(List<Finding> findings)
    {
        if ((networkName ?? FileSystemKind.NetworkName)(folders.Inbox) is { } network)
        {
            findings.Add(new Finding(
                $"The inbox lies on {network}: what other machines put there makes no events and is found by scanning alone, every "
                + $"{options.Inbox.NetworkScanInterval.TotalSeconds:0.#} s, and nobody can tell whether a sender still has a file open.",
                $"findmnt -T {Shell.Quoted(folders.Inbox)}"));
        }
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
        if (!IsRunning(findings))
        {
            findings.Add(new Finding("Sentinel is not running on this data root.", $"sentinel run --data {Shell.Quoted(folders.Root)}"));
            return (NotRunning, null);
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

        var reported = _pauses.Select(part => answer.Problems.GetValueOrDefault(part)).FirstOrDefault(reason => reason is not null);
        return (answer.Status, pause ?? (reported is null ? null : $"intake is paused. {reported}"));
    }

    private bool IsRunning(List<Finding> findings)
    {
        try
        {
            return DataRootLock.IsHeld(folders);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            findings.Add(new Finding($"Whether Sentinel runs cannot be told: {fault.Message}", $"ls -l {Shell.Quoted(Path.Combine(folders.Root, ".lock"))}"));
            return false;
        }
    }
}
