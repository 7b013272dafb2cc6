using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Quartz;
using Sentinel.Core;
using Sentinel.Worker.Retraining;

namespace Sentinel.Worker.Configuration;

/// <summary>The rules that bound options must keep; every broken one is named with its key.</summary>
internal static class OptionsCheck
{
    public static IReadOnlyList<string> Errors(SentinelOptions options)
    {
        var errors = new List<string>();
        var general = Broken(options).Concat(BrokenTogether(options)).ToList();
        errors.AddRange(general.Select(e => Sentence(SentinelOptions.Section, e)));

        foreach (var url in options.Http.Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var concrete = url.Replace("//*", "//0.0.0.0").Replace("//+", "//0.0.0.0");
            if (!Uri.TryCreate(concrete, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttp)
            {
                errors.Add($"{SentinelOptions.Section}:Http:Urls: '{url}' is not an address like http://127.0.0.1:9464.");
            }
        }

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
