using System.Globalization;
using Sentinel.Worker.Inbox;
using Sentinel.Worker.Ledger;

namespace Sentinel.Worker.Inspection;

/// <summary>
/// Chooses where originals and results go, so that nothing is ever overwritten: <c>a.jpg</c>, then <c>a-2.jpg</c>, and the same number for
/// the original and its results. Plans are made by one caller at a time and stand in the ledger before anything is written.
/// </summary>
internal sealed class FilingPlan(DataFolders folders, ImageLedger ledger)
{
    /// <summary>What is appended to an image's name, the longest first.</summary>
    public const string DenoisedEnding = ".denoised.png", HeatmapEnding = ".heatmap.png", ReasonEnding = ".reason.json", ReportEnding = ".json";

    private const int RememberedNames = 10_000;

    // Where a camera gives every image the same name, the next number is found without trying all the earlier ones.
    private readonly Dictionary<string, int> _lastNumber = new(StringComparer.Ordinal);

    /// <summary>Where the original and, beside each other, its results go; relative to the data root.</summary>
    public (string Filed, string Report) ForVerdict(LedgerEntry entry, string verdict, DateTimeOffset at)
    {
        var archive = Path.Combine("archive", entry.Product, verdict, Date(at));
        var results = Path.Combine("results", entry.Product, Date(at));
        string Report(int number) => Path.Combine(results, FreeName.Numbered(entry.File, number, Room) + ReportEnding);
        var number = FirstFree(Path.Combine(archive, entry.File), n =>
            IsFree(Path.Combine(archive, FreeName.Numbered(entry.File, n))) && IsFree(Report(n))
            && IsFree(HeatmapOf(Report(n))) && IsFree(DenoisedOf(Report(n))));
        return (Path.Combine(archive, FreeName.Numbered(entry.File, number)), Report(number));
    }

    public string ForDuplicate(LedgerEntry entry, DateTimeOffset at)
    {
        var archive = Path.Combine("archive", entry.Product, "duplicate", Date(at));
        return Path.Combine(archive, FreeName.Numbered(entry.File, FirstFree(
            Path.Combine(archive, entry.File), n => IsFree(Path.Combine(archive, FreeName.Numbered(entry.File, n))))));
    }

    /// <summary>Where the original goes; its reason goes beside it.</summary>
    public string ForFailure(LedgerEntry entry, DateTimeOffset at)
    {
        var failed = Path.Combine("failed", entry.Product, Date(at));
        string Filed(int number) => Path.Combine(failed, FreeName.Numbered(entry.File, number, Room));
        return Filed(FirstFree(Path.Combine(failed, entry.File), n => IsFree(Filed(n)) && IsFree(ReasonOf(Filed(n)))));
    }

    public static string HeatmapOf(string report) => report[..^ReportEnding.Length] + HeatmapEnding;

    public static string DenoisedOf(string report) => report[..^ReportEnding.Length] + DenoisedEnding;

    public static string ReasonOf(string failed) => failed + ReasonEnding;

    private static int Room => FreeName.Longest - DenoisedEnding.Length;

    private static string Date(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private bool IsFree(string path) => UnixFile.Stat(Path.Combine(folders.Root, path)) is null && !ledger.IsTaken(path);

    private int FirstFree(string wanted, Func<int, bool> isFree)
    {
        var number = _lastNumber.GetValueOrDefault(wanted) + 1;
        if (number > 1 && isFree(1))
        {
            number = 1;
        }

        while (!isFree(number))
        {
            number++;
        }

        if (_lastNumber.Count >= RememberedNames)
        {
            _lastNumber.Clear();
        }

        _lastNumber[wanted] = number;
        return number;
    }
}
