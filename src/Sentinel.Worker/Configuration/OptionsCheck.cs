using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Quartz;
using Sentinel.Core;
using Sentinel.Worker.Endpoints;
using Sentinel.Worker.Retraining;

namespace Sentinel.Worker.Configuration;

/// <summary>The rules that bound options must keep; every broken one is named with its key.</summary>
internal static class OptionsCheck
{
    public static IReadOnlyList<string> Errors(SentinelOptions options, bool isHost)
    {
        var errors = new List<string>();
        var general = Broken(options).Concat(BrokenTogether(options)).ToList();
        errors.AddRange(general.Select(e => Sentence(SentinelOptions.Section, e)));

        if (options.Watchdog is { HangWhile: not null, AllowHang: false })
        {
            errors.Add($"{SentinelOptions.Section}:Watchdog:HangWhile: it makes inspection hang, to test a supervisor; that is allowed only with Watchdog:AllowHang=true.");
        }

        errors.AddRange(HttpErrors(options.Http, isHost).Select(e => Sentence(SentinelOptions.Section + ":Http", e)));

        if (!string.IsNullOrWhiteSpace(options.Storage.RetentionSchedule) && !CronExpression.TryParse(options.Storage.RetentionSchedule, out _))
        {
            errors.Add(
                $"{SentinelOptions.Section}:Storage:RetentionSchedule: '{options.Storage.RetentionSchedule}' is not a cron expression "
                + "(seconds minutes hours day month weekday), for example '0 30 * * * ?' for half past every hour.");
        }

        foreach (var (product, settings) in options.Products)
        {
            var section = $"{SentinelOptions.Section}:Products:{product}";
            if (!ProductName.IsValid(product))
            {
                errors.Add($"{section}: '{product}' cannot be a product's name; it takes {ProductName.Rule}.");
            }

            // What a product takes over from the defaults is wrong there, not here.
            errors.AddRange(Broken(settings).Concat(BrokenTogether(settings)).Except(general).Select(e => Sentence(section, e)));
        }

        return errors;
    }

    private static string GiveToken => $"Put one into the credential file {SentinelOptions.Section}__Http__Token.";

    /// <summary>The address when it is one to listen on, or null.</summary>
    internal static Uri? AddressOf(string url) =>
        Uri.TryCreate(url.Replace("//*", "//0.0.0.0").Replace("//+", "//0.0.0.0"), UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps) ? uri : null;

    private static IEnumerable<(string Key, string Rule)> HttpErrors(HttpOptions http, bool isHost)
    {
        var lacksToken = isHost && http.Token is null;
        foreach (var url in http.Addresses)
        {
            if (AddressOf(url) is not { } address)
            {
                yield return ("Urls", $"'{url}' is not an address like http://127.0.0.1:9464.");
                continue;
            }

            var isTls = address.Scheme == Uri.UriSchemeHttps;
            var isRemote = !HttpOptions.IsLoopback(address.Host);
            if (isTls && http.Certificate is null)
            {
                yield return ("Certificate", $"'{url}' needs a certificate: a PEM file here, and its key in CertificateKey.");
            }

            if (isRemote && !isTls && !http.BehindProxy)
            {
                yield return ("Urls", $"other machines can reach '{url}', and nothing encrypts it. Use https and a certificate, or set BehindProxy where a proxy does that.");
            }

            if (isRemote && lacksToken)
            {
                yield return ("Token", $"other machines can reach '{url}', so callers must know a token. {GiveToken}");
            }
        }

        if (!http.Addresses.Any())
        {
            yield return ("Urls", $"'{http.Urls}' names no address; give one like http://127.0.0.1:9464.");
        }

        if (http.BehindProxy && lacksToken && http.Addresses.All(url => AddressOf(url) is not { } address || HttpOptions.IsLoopback(address.Host)))
        {
            yield return ("Token", $"BehindProxy says that a proxy lets others in, so callers must know a token. {GiveToken}");
        }

        if ((http.Certificate is null) != (http.CertificateKey is null))
        {
            yield return ("CertificateKey", "a certificate and its key are given together.");
        }

        if (http.Token is { } token && (token.Length < HttpOptions.ShortestToken || !token.All(c => c is > ' ' and <= '~')))
        {
            yield return ("Token", $"it takes at least {HttpOptions.ShortestToken} characters, ASCII without spaces; make one with: openssl rand -hex 32");
        }
    }

    private static string Sentence(string section, (string Key, string Rule) error) => $"{section}:{error.Key}: {error.Rule}";

    private static IEnumerable<(string Key, string Rule)> Broken(object options, string prefix = "")
    {
        foreach (var property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite))
        {
            var key = prefix + property.Name;
            var value = property.GetValue(options);
            foreach (var rule in property.GetCustomAttributes<ValidationAttribute>().Where(rule => !rule.IsValid(value)))
            {
                yield return (key, Rule(rule, value));
            }

            if (value is not null && property.PropertyType.IsClass && property.PropertyType != typeof(string)
                && !property.PropertyType.IsGenericType)
            {
                foreach (var below in Broken(value, key + ":"))
                {
                    yield return below;
                }
            }
        }
    }

    private static string Rule(ValidationAttribute rule, object? value) => rule switch
    {
        RangeAttribute range => $"{value} is outside {range.Minimum} to {range.Maximum}.",
        RequiredAttribute => "a value is needed.",
        _ => rule.FormatErrorMessage($"{value}"),
    };

    private static IEnumerable<(string Key, string Rule)> BrokenTogether(ProductSettings settings)
    {
        if (settings.SuspectBudget < settings.FalseAlarmBudget)
        {
            yield return ("SuspectBudget",
                $"{settings.SuspectBudget} is below FalseAlarmBudget ({settings.FalseAlarmBudget}); what is anomalous is suspect, too, "
                + "so it must be at least as large.");
        }

        if (!string.IsNullOrWhiteSpace(settings.Training.Schedule) && !TrainingTime.IsValid(settings.Training.Schedule))
        {
            yield return ("Training:Schedule",
                $"'{settings.Training.Schedule}' is neither 'nightly' nor a cron expression (seconds minutes hours day month weekday), "
                + "for example '0 0 2 * * ?' for 02:00 every night.");
        }
    }
}
