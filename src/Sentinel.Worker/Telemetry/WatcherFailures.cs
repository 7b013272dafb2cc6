namespace Sentinel.Worker.Telemetry;

/// <summary>What can be wrong with the watches on the inbox: the values of the label <c>reason</c>.</summary>
internal static class WatcherFailures
{
    /// <summary>More happened than the kernel keeps.</summary>
    public const string Overflow = "overflow";

    /// <summary>Events could not be read any more.</summary>
    public const string Error = "error";

    /// <summary>A canary was not heard of.</summary>
    public const string Silent = "silent";

    public static IReadOnlyList<string> All => [Overflow, Error, Silent];
}
