namespace Sentinel.Worker;

/// <summary>Where everything lies below the data root.</summary>
public sealed class DataFolders(string root)
{
    public string Root { get; } = Path.GetFullPath(root);

    public string Inbox => Path.Combine(Root, "inbox");

    /// <summary>Claimed files while they are inspected; the same file system as the inbox, so that a claim is one rename.</summary>
    public string Work => Path.Combine(Root, ".work");

    public string Good => Path.Combine(Root, "good");

    /// <summary>Images whose defects people confirmed; every file is a correction or a confirmation of a verdict.</summary>
    public string Defects => Path.Combine(Root, "defects");

    public string Archive => Path.Combine(Root, "archive");

    public string Results => Path.Combine(Root, "results");

    public string Failed => Path.Combine(Root, "failed");

    public string Models => Path.Combine(Root, "models");

    public string Ledger => Path.Combine(Root, "sentinel.db");

    public IEnumerable<string> All => [Inbox, Work, Good, Defects, Archive, Results, Failed, Models];

    public void Create()
    {
        foreach (var folder in All)
        {
            Directory.CreateDirectory(folder);
        }
    }
}
