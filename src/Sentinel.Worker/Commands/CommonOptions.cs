using System.CommandLine;

namespace Sentinel.Worker.Commands;

/// <summary>What every verb takes.</summary>
internal static class CommonOptions
{
    public static readonly Option<string?> Data = new("--data")
    {
        Description = "Folder below which everything lies: inbox, good, results, models ... (default ./data).",
        HelpName = "DIR",
        Recursive = true,
    };

    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Write for machines: one JSON object per line.",
        Recursive = true,
    };

    public static readonly Option<string[]> Set = new("--set")
    {
        Description = "Set one setting, over appsettings.json and the environment; may be repeated.",
        HelpName = "KEY=VALUE",
        Recursive = true,
    };
}
