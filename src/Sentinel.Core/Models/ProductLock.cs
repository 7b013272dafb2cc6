namespace Sentinel.Core.Models;

/// <summary>One writer at a time to a product's models, whichever process it is. The lock goes with the process, also when it is killed.</summary>
internal static class ProductLock
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(20);

    /// <param name="productFolder">Made when it is missing.</param>
    /// <exception cref="IOException">Another process holds it for longer than any change takes.</exception>
    public static FileStream Take(string productFolder)
    {
        Directory.CreateDirectory(productFolder);
        var path = Path.Combine(productFolder, ".lock");
        for (var end = DateTime.UtcNow + _patience; ; Thread.Sleep(_pause))
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (DateTime.UtcNow < end && File.Exists(path))
            {
                // Held by another process, for the time of one change.
            }
        }
    }
}
