using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Sentinel.Worker.Endpoints;

/// <summary>Where Sentinel listens, and who may ask. On loopback nothing is needed; on other addresses a token and encryption are.</summary>
public sealed class HttpOptions
{
    /// <summary>Shortest token that is accepted, in characters.</summary>
    public const int ShortestToken = 20;

    /// <summary>Where /metrics, /healthz, /readyz and the API answer, separated by ';'. The default is loopback only.</summary>
    [Required]
    public string Urls { get; set; } = "http://127.0.0.1:9464";

    /// <summary>
    /// What callers must send as <c>Authorization: Bearer ...</c> for everything but /healthz and /readyz; null asks for nothing. It is a
    /// secret: give it as the file <c>Sentinel__Http__Token</c> in the folder that <c>CREDENTIALS_DIRECTORY</c> names.
    /// </summary>
    public string? Token { get; set; }

    /// <summary>PEM file with the certificate for https addresses, and below it those that lead to its root.</summary>
    public string? Certificate { get; set; }

    /// <summary>PEM file with the certificate's private key.</summary>
    public string? CertificateKey { get; set; }

    /// <summary>
    /// True where something of yours encrypts between Sentinel and its callers, or nobody else is on the network between them: a proxy, a
    /// container's private network. It allows plain http on other addresses than loopback, and asks for a token on every address.
    /// </summary>
    public bool BehindProxy { get; set; }

    /// <summary>The addresses, one by one.</summary>
    internal IEnumerable<string> Addresses => Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>The first address, as a client on this machine reaches it.</summary>
    internal Uri AddressFromHere
    {
        get
        {
            var address = BindingAddress.Parse(Addresses.First());
            var host = address.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "127.0.0.1" : address.Host;
            return new UriBuilder(address.Scheme, host, address.Port).Uri;
        }
    }

    /// <summary>True for an address that only programs on this machine can reach.</summary>
    internal static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
