using System.Globalization;

namespace Sentinel.Worker.Upkeep;

/// <summary>Numbers of bytes as people read them.</summary>
internal static class Bytes
{
    private static readonly string[] _units = ["bytes", "KiB", "MiB", "GiB", "TiB"];

    /// <summary><c>512 bytes</c>, <c>1.5 GiB</c>.</summary>
    public static string Text(long bytes)
    {
        var (value, unit) = ((double)bytes, 0);
        for (; value >= 1024 && unit < _units.Length - 1; unit++)
        {
            value /= 1024;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{value:0.#} {_units[unit]}");
    }
}
