using System.Globalization;
using System.Text.Json;
using Sentinel.Worker.Upkeep;
using Sentinel.Worker.Upkeep.Diagnosis;

namespace Sentinel.Worker.Commands;

/// <summary><c>sentinel inbox doctor</c>: one page on the state of the inbox.</summary>
internal sealed class InboxDoctorCommand() : Verb(
    "doctor",
    "Find out why files wait: file systems, rights, events, free space, and each waiting file. Exit code 1 when something is wrong.",
    "sentinel inbox doctor --data /var/lib/sentinel")
{
    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancel)
    {
        var doctor = new InboxDoctor(call.Folders, call.Options, TimeProvider.System);
        var diagnosis = await doctor.ExamineAsync(cancel);
        if (call.Json)
        {
            Console.WriteLine(JsonSerializer.Serialize(diagnosis, DiagnosisJson.Default.InboxDiagnosis));
        }
        else
        {
            foreach (var line in Page(diagnosis))
            {
                Console.WriteLine(line);
            }
        }

        return diagnosis.Findings.Count == 0 ? SentinelCommand.Done : SentinelCommand.Failed;
    }

    private static IEnumerable<string> Page(InboxDiagnosis found)
    {
        yield return $"Data root   {found.DataRoot} (seen by the user {found.User})";
        yield return $"Sentinel    {found.Host}";
        yield return $"Free space  {(found.FreeBytes is { } free ? Bytes.Text(free) : "unknown")}; intake pauses below {Bytes.Text(found.FloorBytes)}";
        yield return $"Renames     {found.MovesByRename switch { true => "inbox, .work, archive and failed share a file system", false => "NOT possible", null => "not tried" }}";
        yield return $"Events      {(found.EventDelay is { } delay ? string.Create(CultureInfo.InvariantCulture, $"arrive after {delay * 1000:0.#} ms") : "do NOT arrive")}";
        yield return $"inotify     {found.Inotify.Instances} of {found.Inotify.MaxInstances} instances, "
            + $"{found.Inotify.Watches} of {found.Inotify.MaxWatches} watches in use";
        yield return "";
        foreach (var folder in found.Folders)
        {
            yield return $"{Path.GetRelativePath(found.DataRoot, folder.Path),-10}  {folder.FileSystem ?? "missing",-10} device {folder.Device ?? "-",-8} "
                + (folder.IsUsable ? "files can be made, renamed and deleted" : "NOT usable");
        }

        foreach (var file in found.InWork)
        {
            yield return $"In work since {file.Since:yyyy-MM-dd HH:mm:ss} UTC: {file.Path} ({Bytes.Text(file.Bytes)})";
        }

        foreach (var line in found.Products.SelectMany(Waiting).Concat(Findings(found.Findings)))
        {
            yield return line;
        }
    }

    private static IEnumerable<string> Waiting(WaitingProduct product)
    {
        yield return "";
        yield return $"{product.Product}: {product.Files} waiting{(product.Oldest is { } oldest ? $", the oldest since {oldest:yyyy-MM-dd HH:mm:ss} UTC" : "")}";
        foreach (var file in product.First)
        {
            yield return $"  {file.Name} ({Bytes.Text(file.Bytes)}): {file.Why}";
        }

        if (product.Files > product.First.Count)
        {
            yield return $"  and {product.Files - product.First.Count} more";
        }
    }

    private static IEnumerable<string> Findings(IReadOnlyList<Finding> findings)
    {
        yield return "";
        yield return findings.Count == 0 ? "Nothing is wrong." : $"{findings.Count} findings:";
        foreach (var finding in findings)
        {
            yield return $"- {finding.Problem}";
            yield return $"    {finding.Fix}";
        }
    }
}
