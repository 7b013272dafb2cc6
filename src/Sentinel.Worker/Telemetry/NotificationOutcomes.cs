namespace Sentinel.Worker.Telemetry;

/// <summary>How an attempt to tell others can end: the values of the label <c>outcome</c>.</summary>
internal static class NotificationOutcomes
{
    /// <summary>The receiver has taken it.</summary>
    public const string Delivered = "delivered";

    /// <summary>It will be tried again.</summary>
    public const string Retried = "retried";

    /// <summary>The receiver refused it too often.</summary>
    public const string GivenUp = "given_up";

    public static IReadOnlyList<string> All => [Delivered, Retried, GivenUp];
}
