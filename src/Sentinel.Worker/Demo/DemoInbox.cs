using Sentinel.Core.Imaging;

namespace Sentinel.Worker.Demo;

/// <summary>The demo's side of the folders: it drops images and reads results as any user of Sentinel would.</summary>
internal sealed class DemoInbox(DataFolders folders, string product)
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Writes the images into the inbox, each renamed into place when it is complete.</summary>
    public void Drop(IReadOnlyList<DemoImage> images)
    {
        var inbox = Directory.CreateDirectory(Path.Combine(folders.Inbox, product)).FullName;
        Parallel.ForEach(images, image => ImageFile.WritePng(Path.Combine(inbox, image.FileName), image.Image));
    }

    /// <summary>Waits until every image has its result file.</summary>
    /// <param name="images">What was dropped.</param>
    /// <param name="progress">Told how many are done.</param>
    /// <param name="cancel">Ends the waiting.</param>
    /// <returns>The results, in the order of the images.</returns>
    /// <exception cref="IOException">An image was set aside, or nothing has happened for a minute.</exception>
    public async Task<IReadOnlyList<DemoVerdict>> ResultsAsync(IReadOnlyList<DemoImage> images, Action<int> progress, CancellationToken cancel)
    {
        var reports = new Dictionary<string, ResultFile>(StringComparer.Ordinal);
        var read = new HashSet<string>(StringComparer.Ordinal);
        for (var waited = TimeSpan.Zero; reports.Count < images.Count; waited += _pause)
        {
            ThrowIfSetAside();
            foreach (var file in ResultFiles().Where(read.Add))
            {
                var report = ResultFile.Read(file);
                reports[report.File] = report;
                waited = TimeSpan.Zero;
            }

            progress(reports.Count);
            if (waited > _patience)
            {
                var missing = images.Where(image => !reports.ContainsKey(image.FileName)).Select(image => image.FileName);
                throw new IOException($"No result within {_patience.TotalSeconds:0} seconds for {string.Join(", ", missing)}.");
            }

            await Task.Delay(_pause, cancel);
        }

        return [.. images.Select(image => new DemoVerdict(image, reports[image.FileName]))];
    }

    private IEnumerable<string> ResultFiles() => FilesIn(folders.Results, "*.json");

    private void ThrowIfSetAside()
    {
        if (FilesIn(folders.Failed, "*.reason.json").FirstOrDefault() is { } reason)
        {
            throw new IOException($"An image of the demo was set aside; the reason is in {reason}");
        }
    }

    /// <summary>Finished files only: hidden names are those of files still being written.</summary>
    private IEnumerable<string> FilesIn(string folder, string pattern)
    {
        var ofProduct = Path.Combine(folder, product);
        return Directory.Exists(ofProduct)
            ? Directory.EnumerateFiles(ofProduct, pattern, SearchOption.AllDirectories).Where(file => !Path.GetFileName(file).StartsWith('.'))
            : [];
    }
}
