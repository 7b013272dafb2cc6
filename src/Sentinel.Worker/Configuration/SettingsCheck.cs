using System.ComponentModel;
using System.Globalization;
using System.Reflection;

namespace Sentinel.Worker.Configuration;

/// <summary>
/// Holds what is configured against the options' properties: a key that no property has is an error (a misspelt setting would otherwise
/// be ignored in silence), and so is a value that cannot be read. The binder would stop at the first.
/// </summary>
internal static class SettingsCheck
{
    /// <summary>The settings below <paramref name="section"/> that can be bound, with keys relative to it; the others become errors.</summary>
    public static Dictionary<string, string?> Sound(IConfigurationSection section, Type options, List<string> errors)
    {
        var sound = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        CheckChildren(section, options, section.Path.Length + 1, sound, errors);
        return sound;
    }

    private static void CheckChildren(
        IConfigurationSection section, Type type, int prefix, Dictionary<string, string?> sound, List<string> errors)
    {
        var elements = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Dictionary<,>) ? type.GetGenericArguments()[1] : null;
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite).ToList();

        foreach (var child in section.GetChildren())
        {
            var expected = elements ?? properties.Find(p => p.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase))?.PropertyType;
            if (expected is null)
            {
                errors.Add($"{child.Path}: there is no such setting{Suggestion(child.Key, properties.Select(p => p.Name))}");
            }
            else
            {
                Check(child, expected, prefix, sound, errors);
            }
        }
    }

    private static void Check(
        IConfigurationSection setting, Type expected, int prefix, Dictionary<string, string?> sound, List<string> errors)
    {
        var isValue = expected.IsValueType || expected == typeof(string);
        if (!isValue && string.IsNullOrEmpty(setting.Value))
        {
            CheckChildren(setting, expected, prefix, sound, errors);
        }
        else if (!isValue)
        {
            errors.Add($"{setting.Path}: '{setting.Value}' is given where a section is expected.");
        }
        else if (setting.Value is null)
        {
            errors.Add($"{setting.Path}: {Article(expected)} is expected, not a section.");
        }
        else if (!CanRead(setting.Value, expected))
        {
            errors.Add($"{setting.Path}: '{setting.Value}' is not {Article(expected)}.");
        }
        else
        {
            sound[setting.Path[prefix..]] = setting.Value;
        }
    }

    private static bool CanRead(string value, Type expected)
    {
        try
        {
            _ = TypeDescriptor.GetConverter(expected).ConvertFromString(null, CultureInfo.InvariantCulture, value);
            return true;
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException or OverflowException or NotSupportedException)
        {
            return false;
        }
    }

    private static string Article(Type type) => type switch
    {
        _ when type == typeof(TimeSpan) => "a time span like 00:05:00",
        _ when type == typeof(int) || type == typeof(long) => "a whole number",
        _ when type == typeof(double) => "a number",
        _ when type == typeof(bool) => "true or false",
        _ when type.IsEnum => $"one of {string.Join(", ", Enum.GetNames(type))}",
        _ => "a text",
    };

    private static string Suggestion(string name, IEnumerable<string> known)
    {
        var nearest = known.MinBy(k => Distance(name, k));
        return nearest is not null && Distance(name, nearest) <= Math.Max(2, nearest.Length / 3) ? $"; did you mean {nearest}?" : ".";
    }

    /// <summary>Levenshtein distance, ignoring case.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var substituted = diagonal + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
