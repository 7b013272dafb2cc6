using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Sentinel.Core.Models;

/// <summary>A small JSON file that is replaced as a whole, so that readers see what was or what is, and a crash leaves one of both.</summary>
internal static class StateFile
{
    /// <summary>Null when there is no such file.</summary>
    /// <exception cref="ModelUnusableException">It is damaged.</exception>
    public static T? Read<T>(string path, JsonTypeInfo<T> type, string remedy)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), type) ?? throw new JsonException("it holds nothing");
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException fault)
        {
            throw new ModelUnusableException($"'{path}' is damaged ({fault.Message}); {remedy}", fault);
        }
    }

    public static void Write<T>(string path, T value, JsonTypeInfo<T> type)
    {
        var unfinished = $"{path}.{Environment.ProcessId}.tmp";
        using (var file = File.Create(unfinished))
        {
            JsonSerializer.Serialize(file, value, type);
            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path, overwrite: true);
    }
}
