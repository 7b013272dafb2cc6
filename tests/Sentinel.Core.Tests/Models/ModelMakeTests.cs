using Sentinel.Core.Models;

namespace Sentinel.Core.Tests.Models;

public sealed class ModelMakeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sentinel-make-").FullName;

    [Theory]
    [InlineData("""{ "schema": "sentinel.model/3", "product": "dial", "version": "3", "trainedBy": "0.9.0", "layers": [] }""", "sentinel.model/3")]
    [InlineData("""{ "schema": "sentinel.model/1", "product": "dial", "version": "3", "trainedBy": "0.9.0", "architecture": { "name": "denoising-autoencoder/99", "width": "wide" } }""", "denoising-autoencoder/99")]
    [InlineData("""{ "schema": "sentinel.model/1", "product": "dial", "version": "3", "trainedBy": "0.9.0", "architecture": { "encoder": "of another build" } }""", "sentinel.model/1")]
    public void A_model_of_a_newer_Sentinel_is_refused_and_says_which_one_it_takes(string manifest, string form)
    {
        var refusal = Refusal(manifest);

        refusal.ShouldStartWith($"Model 'dial/3' is of a newer form ({(form.StartsWith("denoising", StringComparison.Ordinal) ? "sentinel.model/1, " : "")}{form}");
        refusal.ShouldContain("It takes Sentinel 0.9.0 or later");
        refusal.ShouldContain("sentinel models rollback --product dial");
        refusal.ShouldNotContain("Train again");
    }

    [Theory]
    [InlineData("""{ "schema": "sentinel.model/0", "product": "dial", "version": "3", "trainedBy": "0.0.1" }""", "is of make 'sentinel.model/0, ")]
    [InlineData("""{ "product": "dial", "version": "3", "trainedBy": "0.0.1", "architecture": { "name": "denoising-autoencoder/1" } }""", "denoising-autoencoder/1'; this Sentinel reads")]
    [InlineData("""{ "product": "dial", "version": "3", "trainedBy": "0.0.1", "architecture": { "encoder": "of another build" } }""", "another general encoder")]
    public void An_older_model_is_to_be_trained_again(string manifest, string reason)
    {
        var refusal = Refusal(manifest);

        refusal.ShouldContain(reason);
        refusal.ShouldEndWith("Train again.");
    }

    [Theory]
    [InlineData("sentinel.model/10", true)]
    [InlineData("sentinel.model/9", false)]
    [InlineData("sentinel.model/x", false)]
    [InlineData("sentinel.backup/10", false)]
    [InlineData("sentinel.model/99999999999", false)]
    [InlineData(null, false)]
    public void Forms_are_compared_by_their_number(string? given, bool isNewer) => FormNumber.IsNewer(given, "sentinel.model/9").ShouldBe(isNewer);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Refusal(string manifest)
    {
        var version = Directory.CreateDirectory(Path.Combine(_folder, "dial", "3")).FullName;
        File.WriteAllText(Path.Combine(version, "manifest.json"), manifest);
        return Should.Throw<ModelUnusableException>(() => new ModelRegistry(_folder).Read("dial", "3")).Message;
    }
}
