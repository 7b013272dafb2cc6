using System.CommandLine;

namespace Sentinel.Pretrain;

/// <summary>What both commands take.</summary>
internal static class CommonOptions
{
    public static Option<FileInfo> Out(string description) => new("--out") { Description = description, Required = true };

    public static Option<TimeSpan> Budget() => new("--budget") { Description = "Time to train for, hh:mm:ss.", DefaultValueFactory = _ => TimeSpan.FromHours(1) };

    public static Option<int> Seed() => new("--seed") { Description = "Seed of every random choice.", DefaultValueFactory = _ => 1 };

    public static Option<int> Threads() => new("--threads") { Description = "Cores to use; 0 for all." };
}
