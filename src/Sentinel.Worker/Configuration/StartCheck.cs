using Sentinel.Worker.Endpoints;

namespace Sentinel.Worker.Configuration;

/// <summary>
/// Everything that would keep the host from starting, at once: what is wrong in the configuration itself, and what does not fit this machine
/// (the folder is not there, the port is taken, the certificate cannot be read).
/// </summary>
internal static class StartCheck
{
    /// <exception cref="ConfigurationException">Each error names its key.</exception>
    public static SentinelOptions Check(IConfiguration configuration)
    {
        var (options, errors) = SentinelConfiguration.Check(configuration);
        var found = errors.Concat(DataRoot(options)).Concat(Certificate(options.Http)).ToList();
        var isRunning = found.Count == 0 && DataRootLock.IsHeld(new DataFolders(options.DataRoot));
        // An address is most often taken by a Sentinel that runs already; taking the lock says so better.
        found.AddRange(isRunning ? [] : Addresses(options.Http));
        return found.Count == 0 ? options : throw new ConfigurationException(found);
    }

    private static IEnumerable<string> DataRoot(SentinelOptions options)
    {
        const string key = $"{SentinelOptions.Section}:{nameof(SentinelOptions.DataRoot)}";
        if (string.IsNullOrWhiteSpace(options.DataRoot))
        {
            yield break; // Found before.
        }

        var root = new DataFolders(options.DataRoot).Root;
        if (File.Exists(root))
        {
            yield return $"{key}: '{root}' is a file, not a folder.";
        }
        else if (MissingMount.Above(root) is { } place)
        {
            yield return $"{key}: '{root}' lies on '{place}', which /etc/fstab mounts and which is not mounted now. Mount it with: mount '{place}'";
        }
        else if (!Directory.Exists(root) && !Directory.Exists(Path.GetDirectoryName(root)))
        {
            yield return $"{key}: neither '{root}' nor the folder above it is there. Is a mount missing? Make it with: mkdir -p '{root}'";
        }
    }

    private static IEnumerable<string> Certificate(HttpOptions http)
    {
        if (http is not { Certificate: not null, CertificateKey: not null })
        {
            return [];
        }

        try
        {
            WebServer.ReadCertificate(http).Certificate.Dispose();
            return [];
        }
        catch (ConfigurationException wrong)
        {
            return wrong.Errors;
        }
    }

    private static IEnumerable<string> Addresses(HttpOptions http) => http.Addresses
        .Where(address => OptionsCheck.AddressOf(address) is not null)
        .Select(AddressProbe.Try)
        .OfType<string>()
        .Select(problem => $"{SentinelOptions.Section}:Http:Urls: {problem}");
}
