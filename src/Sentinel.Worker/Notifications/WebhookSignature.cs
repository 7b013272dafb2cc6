using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Sentinel.Worker.Notifications;

/// <summary>
/// Signs requests as standardwebhooks.com describes: HMAC-SHA256 over id, time and body, so that nobody else can send them and nobody can
/// send them again later.
/// </summary>
internal sealed class WebhookSignature
{
    private const string Base64Prefix = "whsec_";

    private readonly byte[] _key;

    /// <param name="secret">Any text, or <c>whsec_</c> and base64.</param>
    /// <exception cref="FormatException">What follows <c>whsec_</c> is not base64.</exception>
    public WebhookSignature(string secret) => _key = secret.StartsWith(Base64Prefix, StringComparison.Ordinal)
        ? Convert.FromBase64String(secret[Base64Prefix.Length..])
        : Encoding.UTF8.GetBytes(secret);

    /// <summary>The value of the header <c>webhook-signature</c>.</summary>
    public string Of(string id, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        hmac.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{at.ToUnixTimeSeconds()}.")));
        hmac.AppendData(body);
        return $"v1,{Convert.ToBase64String(hmac.GetHashAndReset())}";
    }
}
