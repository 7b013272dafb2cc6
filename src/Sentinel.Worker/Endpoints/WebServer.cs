using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Sentinel.Worker.Configuration;

namespace Sentinel.Worker.Endpoints;

/// <summary>Kestrel as Sentinel wants it: small limits, since no caller has reason to send much, and TLS from PEM files.</summary>
internal static class WebServer
{
    private const int MaxBodyBytes = 64 << 10, MaxLineBytes = 4 << 10, MaxHeaderBytes = 16 << 10, MaxHeaders = 50, MaxConnections = 200;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    /// <exception cref="ConfigurationException">The certificate or its key cannot be used.</exception>
    public static void AddWebServer(this WebApplicationBuilder builder, HttpOptions options)
    {
        builder.WebHost.UseKestrelCore().UseUrls(options.Urls).ConfigureKestrel(kestrel => Limit(kestrel));
        builder.Services.AddRoutingCore().AddSingleton(options).AddSingleton<Access>();
        if (options.Certificate is not null)
        {
            var (certificate, chain) = ReadCertificate(options);
            builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.ConfigureHttpsDefaults(https =>
                (https.ServerCertificate, https.ServerCertificateChain) = (certificate, chain)));
        }
    }

    /// <exception cref="ConfigurationException">The files are not there, may not be read, or are no certificate and its key.</exception>
    public static (X509Certificate2 Certificate, X509Certificate2Collection Chain) ReadCertificate(HttpOptions options)
    {
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(options.Certificate!);
            return (X509Certificate2.CreateFromPemFile(options.Certificate!, options.CertificateKey), chain);
        }
        catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ConfigurationException([
                $"{SentinelOptions.Section}:Http:Certificate: '{options.Certificate}' with the key '{options.CertificateKey}' cannot be used: {fault.Message}"]);
        }
    }

    private static void Limit(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
        kestrel.Limits.MaxRequestLineSize = MaxLineBytes;
        kestrel.Limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        kestrel.Limits.MaxRequestHeaderCount = MaxHeaders;
        kestrel.Limits.MaxConcurrentConnections = MaxConnections;
        kestrel.Limits.RequestHeadersTimeout = _patience;
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: _patience);
    }
}
