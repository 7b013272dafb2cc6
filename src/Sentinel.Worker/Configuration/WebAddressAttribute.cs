using System.ComponentModel.DataAnnotations;

namespace Sentinel.Worker.Configuration;

/// <summary>An address that can be called: http or https, with a host. <see cref="UrlAttribute"/> takes <c>https://</c> and ftp, too.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class WebAddressAttribute : ValidationAttribute
{
    public override bool IsValid(object? value) =>
        value is null
        || (Uri.TryCreate($"{value}", UriKind.Absolute, out var address)
            && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
            && address.Host.Length > 0);
}
