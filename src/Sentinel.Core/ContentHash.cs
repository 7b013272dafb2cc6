using System.Security.Cryptography;

namespace Sentinel.Core;

/// <summary>What a file is known by, whatever its name.</summary>
public static class ContentHash
{
    /// <summary>SHA-256 of the content, as lower-case hex.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static string Of(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
