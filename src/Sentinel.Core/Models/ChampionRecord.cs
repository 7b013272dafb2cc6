namespace Sentinel.Core.Models;

/// <summary>Which version is in use, since when and why: <c>champion.json</c>. To publish is to replace this file by one rename.</summary>
public sealed record ChampionRecord
{
    public required string Version { get; init; }

    public DateTimeOffset PublishedAt { get; init; }

    /// <summary>Who or what published it: <c>gate</c>, <c>shadow</c>, <c>rollback</c>, or a person.</summary>
    public string? By { get; init; }

    /// <summary>Versions that were in use before, the last first; where a rollback goes.</summary>
    public IReadOnlyList<string> Before { get; init; } = [];

    /// <summary>Versions that were rolled back. They are not published again unless a person says so.</summary>
    public IReadOnlyList<string> Withdrawn { get; init; } = [];
}
