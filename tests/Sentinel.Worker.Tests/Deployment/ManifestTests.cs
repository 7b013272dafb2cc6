using System.Diagnostics;
using System.Text.RegularExpressions;
using k8s;
using k8s.Models;

namespace Sentinel.Worker.Tests.Deployment;

/// <summary>
/// What is handed to Kubernetes: read strictly into the API's own types, so that a field that the API does not have is an error, and held
/// against what Sentinel needs.
/// </summary>
public sealed partial class ManifestTests
{
    [Fact]
    public void The_plain_manifest_is_what_the_API_takes_and_keeps_its_promises() =>
        Check(File.ReadAllText(Repository.PathOf("deploy/kubernetes/sentinel.yaml")), claim: "sentinel", secret: "sentinel-token");

    [Fact]
    public void A_field_that_the_API_does_not_have_is_found()
    {
        var manifest = File.ReadAllText(Repository.PathOf("deploy/kubernetes/sentinel.yaml")).Replace("runAsNonRoot", "runAsNonRooot", StringComparison.Ordinal);

        Should.Throw<Exception>(() => KubernetesYaml.LoadAllFromString(manifest, strict: true)).ToString().ShouldContain("runAsNonRooot");
    }

    [Fact]
    public async Task The_plain_manifest_is_the_chart_rendered()
    {
        Assert.SkipUnless(Chart.CanRender, "Go and sprig are not installed (golang-go, golang-github-masterminds-sprig-dev).");

        var rendered = await Chart.RenderAsync(await File.ReadAllTextAsync(Repository.PathOf("deploy/kubernetes/values.yaml"), Cancel));

        var plain = await File.ReadAllLinesAsync(Repository.PathOf("deploy/kubernetes/sentinel.yaml"), Cancel);
        plain.SkipWhile(line => line.StartsWith('#')).ShouldBe(rendered.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !OfHelm().IsMatch(line)));
    }

    [Fact]
    public async Task The_chart_renders_what_the_API_takes_by_default_and_with_everything_on()
    {
        Assert.SkipUnless(Chart.CanRender, "Go and sprig are not installed (golang-go, golang-github-masterminds-sprig-dev).");

        Check(await Chart.RenderAsync(), claim: "sentinel", secret: "sentinel");
        Check(
            await Chart.RenderAsync(
                """
                persistence: { existingClaim: images }
                token: { existingSecret: mine }
                imagePullSecrets: [{ name: registry }]
                podAnnotations: { a: "b" }
                nodeSelector: { disk: fast }
                tolerations: [{ key: inspection, operator: Exists }]
                affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: a, operator: Exists }] }] } } }
                priorityClassName: high
                networkPolicy: { egress: [{ ports: [{ port: 8883 }] }] }
                settings: { Training__Budget: "00:10:00", FalseAlarmBudget: 0.02 }
                dashboard: { enabled: true }
                """),
            claim: "images",
            secret: "mine");
    }

    [Fact]
    public async Task The_chart_monitors_with_the_token_and_brings_every_rule_and_the_dashboard()
    {
        Assert.SkipUnless(Chart.CanRender, "Go and sprig are not installed (golang-go, golang-github-masterminds-sprig-dev).");
        var rules = Repository.PathOf("deploy/prometheus/alerting.rules.yml");
        Assert.SkipUnless(File.Exists(rules), "There are no alerting rules yet.");

        var rendered = await Chart.RenderAsync(
            "serviceMonitor: { enabled: true }\nprometheusRule: { enabled: true, runbooks: https://wiki.example/pages }\ndashboard: { enabled: true }\n");

        var monitor = Document(rendered, "ServiceMonitor");
        monitor.ShouldContain("jobLabel: app.kubernetes.io/name");
        monitor.ShouldContain("key: Sentinel__Http__Token");
        var alerts = Alert().Matches(await File.ReadAllTextAsync(rules, Cancel)).Select(match => match.Groups[1].Value).ToList();
        alerts.ShouldNotBeEmpty();
        Alert().Matches(Document(rendered, "PrometheusRule")).Select(match => match.Groups[1].Value).ShouldBe(alerts);
        Document(rendered, "PrometheusRule").ShouldContain("{{ $labels.");
        Document(rendered, "PrometheusRule").ShouldContain("runbook_url: https://wiki.example/pages/SentinelDown.md");
        Document(rendered, "PrometheusRule").ShouldNotContain("example.org");
        var dashboard = Load<V1ConfigMap>(rendered).Single().Data["sentinel.json"];
        dashboard.Trim().ShouldBe((await File.ReadAllTextAsync(Repository.PathOf("deploy/grafana/sentinel.json"), Cancel)).Trim());
    }

    [Theory]
    [InlineData("{}", true)]
    [InlineData("{\"settings\": {\"Products__tile__Training__Budget\": \"00:10:00\"}, \"service\": {\"port\": 9464}}", true)]
    [InlineData("{\"replicas\": 2}", false)]
    [InlineData("{\"persistence\": {\"size\": \"much\"}}", false)]
    [InlineData("{\"token\": {\"value\": \"short\"}}", false)]
    [InlineData("{\"settings\": {\"Training:Budget\": \"00:10:00\"}}", false)]
    [InlineData("{\"service\": {\"port\": 80}}", false)]
    public async Task The_values_schema_takes_what_is_right_and_refuses_what_is_wrong(string values, bool isRight)
    {
        const string script = """
            import json, sys, yaml, jsonschema
            chart, over = sys.argv[1], json.loads(sys.argv[2])
            values = yaml.safe_load(open(chart + "/values.yaml"))
            for key, value in over.items():
                values[key] = {**values[key], **value} if isinstance(values.get(key), dict) else value
            schema = json.load(open(chart + "/values.schema.json"))
            jsonschema.Draft7Validator.check_schema(schema)
            sys.exit(3 if list(jsonschema.Draft7Validator(schema).iter_errors(values)) else 0)
            """;
        using var probe = Process.Start("/bin/sh", ["-c", "python3 -c 'import yaml, jsonschema' 2>/dev/null"]);
        await probe.WaitForExitAsync(Cancel);
        Assert.SkipUnless(probe.ExitCode == 0, "python3-yaml and python3-jsonschema are not installed.");

        using var python = Process.Start("python3", ["-c", script, Repository.PathOf("deploy/helm/sentinel"), values]);
        await python.WaitForExitAsync(Cancel);

        python.ExitCode.ShouldBe(isRight ? 0 : 3);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static void Check(string manifest, string claim, string secret)
    {
        KubernetesYaml.LoadAllFromString(manifest, strict: true).Count.ShouldBeGreaterThan(3);
        var deployment = Load<V1Deployment>(manifest).Single();
        var pod = deployment.Spec.Template.Spec;
        var container = pod.Containers.Single();

        (deployment.Spec.Replicas, deployment.Spec.Strategy.Type).ShouldBe((1, "Recreate"));
        (pod.SecurityContext.RunAsNonRoot, pod.SecurityContext.SeccompProfile.Type, pod.AutomountServiceAccountToken).ShouldBe((true, "RuntimeDefault", false));
        (container.SecurityContext.ReadOnlyRootFilesystem, container.SecurityContext.AllowPrivilegeEscalation).ShouldBe((true, false));
        container.SecurityContext.Capabilities.Drop.ShouldBe(["ALL"]);
        container.LivenessProbe.HttpGet.Path.ShouldBe("/healthz");
        container.ReadinessProbe.HttpGet.Path.ShouldBe("/readyz");
        pod.Volumes.Single(volume => volume.Name == "data").PersistentVolumeClaim.ClaimName.ShouldBe(claim);
        pod.Volumes.Single(volume => volume.Name == "credentials").Secret.SecretName.ShouldBe(secret);
        container.VolumeMounts.Select(mount => mount.Name).Order().ShouldBe(pod.Volumes.Select(volume => volume.Name).Order());

        var selector = Load<V1Service>(manifest).Single().Spec.Selector;
        selector.ShouldAllBe(label => deployment.Spec.Template.Metadata.Labels[label.Key] == label.Value);
        Load<V1NetworkPolicy>(manifest).Single().Spec.PodSelector.MatchLabels.ShouldBe(selector, ignoreOrder: true);
        Load<V1PodDisruptionBudget>(manifest).Single().Spec.Selector.MatchLabels.ShouldBe(selector, ignoreOrder: true);
        var settings = container.Env.ToDictionary(variable => variable.Name, variable => (string?)variable.Value);
        var options = new Microsoft.Extensions.Configuration.ConfigurationManager();
        Microsoft.Extensions.Configuration.MemoryConfigurationBuilderExtensions.AddInMemoryCollection(
            options, settings.Select(s => KeyValuePair.Create(s.Key.Replace("__", ":", StringComparison.Ordinal), s.Value)).Append(new("Sentinel:Http:Token", new string('t', 40))));
        Worker.Configuration.SentinelConfiguration.Check(options).Errors.ShouldBeEmpty();
    }

    private static IEnumerable<T> Load<T>(string manifest) => KubernetesYaml.LoadAllFromString(
        string.Join("\n---\n", Documents(manifest).Where(text => !text.Contains("monitoring.coreos.com", StringComparison.Ordinal)))).OfType<T>();

    private static string Document(string manifest, string kind) => Documents(manifest).Single(text => text.Contains($"\nkind: {kind}\n", StringComparison.Ordinal));

    private static IEnumerable<string> Documents(string manifest) => manifest.Split("---\n", StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex(@"managed-by: Helm|helm\.sh/|^# Source")]
    private static partial Regex OfHelm();

    [GeneratedRegex(@"^\s*(?:- )?alert: (\S+)", RegexOptions.Multiline)]
    private static partial Regex Alert();
}
