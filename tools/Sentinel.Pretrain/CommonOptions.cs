using System.CommandLine;

namespace Sentinel.Pretrain;

/// <summary>What several commands take.</summary>
internal static class CommonOptions
{
    public static Option<DirectoryInfo> Photographs(string purpose) => new Option<DirectoryInfo>("--images")
    {
        Description = $"Folder of photographs to {purpose}, with all its subfolders.",
        Required = true,
    }.AcceptExistingOnly();

    /// <param name="rate">What the learning rate does.</param>
    public static Option<FileInfo> From(string rate) => new Option<FileInfo>("--from")
    {
        Description = $"Weights to go on from, as this command wrote them, with a learning rate that {rate}; without them it begins with random ones.",
    }.AcceptExistingOnly();

    public static Option<FileInfo> Out(string description) => new("--out") { Description = description, Required = true };

    public static Option<TimeSpan> Budget() => new("--budget") { Description = "Time to train for, hh:mm:ss.", DefaultValueFactory = _ => TimeSpan.FromHours(1) };

    public static Option<int> Seed() => new("--seed") { Description = "Seed of every random choice.", DefaultValueFactory = _ => 1 };

    public static Option<int> Threads() => new("--threads") { Description = "Cores to use; 0 for all." };
}
