using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sentinel.Worker.Tests.Endpoints;

public sealed class TlsTests : IDisposable
{
    private readonly TemporaryFolder _data = new();

    [Fact]
    public async Task The_host_speaks_https_with_its_certificate_and_health_knows_it()
    {
        var (certificate, key) = MakeCertificate("inspection.example");
        var credentials = Directory.CreateDirectory(_data["credentials"]).FullName;
        await File.WriteAllTextAsync(Path.Combine(credentials, "Sentinel__Http__Token"), "a-token-that-nobody-guesses\n", TestContext.Current.CancellationToken);
        var port = FreePort.Next();
        string[] settings = ["--set", $"Http:Urls=https://0.0.0.0:{port}", "--set", $"Http:Certificate={certificate}", "--set", $"Http:CertificateKey={key}"];
        using var host = new SentinelProcess(["run", "--data", _data["data"], .. settings], ("CREDENTIALS_DIRECTORY", credentials));

        await Eventually.HoldsAsync(async () => await HealthAsync(settings, credentials) == 0, "health over https");

        (await MetricsAsync(port, token: null)).ShouldBe(HttpStatusCode.Unauthorized);
        (await MetricsAsync(port, "a-token-that-nobody-guesses")).ShouldBe(HttpStatusCode.OK);
        MakeCertificate("inspection.example"); // Another one under the same name is not the host's.
        (await HealthAsync(settings, credentials)).ShouldBe(1);
    }

    public void Dispose() => _data.Dispose();

    private static async Task<int> HealthAsync(string[] settings, string credentials)
    {
        using var health = new SentinelProcess(["health", .. settings], ("CREDENTIALS_DIRECTORY", credentials));
        return await health.EndAsync();
    }

    private static async Task<HttpStatusCode> MetricsAsync(int port, string? token)
    {
        using var client = new HttpClient(new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, c, _, _) => c!.Subject == "CN=inspection.example" });
        client.DefaultRequestHeaders.Authorization = token is null ? null : new("Bearer", token);
        return (await client.GetAsync($"https://127.0.0.1:{port}/metrics", TestContext.Current.CancellationToken)).StatusCode;
    }

    private (string Certificate, string Key) MakeCertificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(_data["tls.crt"], certificate.ExportCertificatePem());
        File.WriteAllText(_data["tls.key"], key.ExportPkcs8PrivateKeyPem());
        return (_data["tls.crt"], _data["tls.key"]);
    }
}
