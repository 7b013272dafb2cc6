namespace Sentinel.Worker.Demo;

/// <summary>What one demo is to do.</summary>
internal sealed record DemoPlan
{
    public required IDemoProduct Product { get; init; }

    /// <summary>A fresh data root.</summary>
    public required DataFolders Folders { get; init; }

    /// <summary>The time the training may take.</summary>
    public required TimeSpan Budget { get; init; }

    public required int Seed { get; init; }

    /// <summary>Settings that the user gave; the demo lays its own over them.</summary>
    public required IConfiguration Settings { get; init; }
}
