namespace Sentinel.Worker.Inbox;

/// <summary>The file <c>a.jpg.done</c> that its sender makes when <c>a.jpg</c> is complete.</summary>
internal static class ReadyMarker
{
    private const string Ending = ".done";

    public static string Of(string image) => image + Ending;

    public static bool IsMarker(string name) =>
        name.EndsWith(Ending, StringComparison.Ordinal) && InboxNames.IsImage(ImageOf(name));

    public static string ImageOf(string marker) => marker[..^Ending.Length];
}
