using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;

namespace Sentinel.Worker.Endpoints;

/// <summary>Asks the host that runs with the same configuration on this machine.</summary>
internal static class LocalClient
{
    /// <summary>
    /// A client with the host's address and token. Its certificate is one for the name by which others call it, so here it is enough that it
    /// is the configured one.
    /// </summary>
    public static HttpClient For(HttpOptions options, TimeSpan patience)
    {
        var handler = new HttpClientHandler { UseProxy = false };
        if (options.Certificate is { } file)
        {
            handler.ServerCertificateCustomValidationCallback = (_, shown, _, _) =>
            {
                using var own = X509CertificateLoader.LoadCertificateFromFile(file);
                return shown is not null && shown.RawDataMemory.Span.SequenceEqual(own.RawDataMemory.Span);
            };
        }

        var client = new HttpClient(handler) { BaseAddress = options.AddressFromHere, Timeout = patience };
        if (options.Token is { } token)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return client;
    }
}
