namespace Sentinel.Core;

/// <summary>
/// The name of a product: one folder below <c>inbox/</c>, <c>good/</c> and <c>models/</c>, and one Prometheus label value.
/// Letters, digits, '-', '_' and '.', 1 to 64 characters, beginning with a letter or digit; ASCII only, so that two names that look
/// alike are the same name.
/// </summary>
public static class ProductName
{
    /// <summary>The product of files that lie in the inbox's root.</summary>
    public const string Default = "default";

    public const string Rule = "1 to 64 ASCII letters, digits, '-', '_' or '.', beginning with a letter or digit";

    public static bool IsValid(string? name) =>
        name is { Length: >= 1 and <= 64 } && char.IsAsciiLetterOrDigit(name[0])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
