using System.Text.Json;

namespace Sentinel.Worker.Commands;

/// <summary>The one line that a verb ends with when it changed something.</summary>
internal static class Answer
{
    public static void Write(bool json, string product, string? version, string sentence) =>
        Console.WriteLine(json ? JsonSerializer.Serialize(new { product, version, message = sentence }, JsonSerializerOptions.Web) : sentence);
}
