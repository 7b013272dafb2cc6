using System.Diagnostics;

namespace Sentinel.Worker.Tests.Deployment;

/// <summary>Renders the Helm chart with <c>tests/helm/render.go</c>, which needs Go and the sprig library as Debian packages them.</summary>
internal static class Chart
{
    private const string Sprig = "/usr/share/gocode/src/github.com/Masterminds/sprig";

    public static bool CanRender => File.Exists("/usr/bin/go") && Directory.Exists(Sprig);

    /// <param name="values">Over the chart's own, as YAML; null for none.</param>
    public static async Task<string> RenderAsync(string? values = null)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["values.yaml"], values ?? "{}", TestContext.Current.CancellationToken);
        var start = new ProcessStartInfo(
            "/usr/bin/go", ["run", Repository.PathOf("tests/helm/render.go"), Repository.PathOf("deploy/helm/sentinel"), "sentinel", "default", folder["values.yaml"]])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["GO111MODULE"] = "off";
        start.Environment["GOPATH"] = "/usr/share/gocode";
        start.Environment["GOCACHE"] = Path.Combine(Path.GetTempPath(), "sentinel-go-cache");
        using var go = Process.Start(start)!;
        var errors = go.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var rendered = await go.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await go.WaitForExitAsync(TestContext.Current.CancellationToken);
        go.ExitCode.ShouldBe(0, await errors);
        return rendered;
    }
}
