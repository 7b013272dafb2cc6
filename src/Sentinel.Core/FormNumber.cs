using System.Globalization;

namespace Sentinel.Core;

/// <summary>Forms of files are named <c>sentinel.model/1</c>, releases <c>0.1.0</c>; the number behind says which came later.</summary>
public static class FormNumber
{
    /// <summary>True when <paramref name="given"/> is of the same name as <paramref name="own"/>, with a greater number.</summary>
    public static bool IsNewer(string? given, string own) =>
        given?.Split('/') is [var name, var number] && own.Split('/') is [var ownName, var ownNumber]
        && name == ownName && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var later)
        && later > int.Parse(ownNumber, CultureInfo.InvariantCulture);

    /// <summary>True for a later release; what follows '+' or '-' does not count.</summary>
    public static bool IsNewerRelease(string? given, string own) =>
        Version.TryParse(given?.Split('+', '-')[0], out var later) && Version.TryParse(own.Split('+', '-')[0], out var ours) && later > ours;
}
