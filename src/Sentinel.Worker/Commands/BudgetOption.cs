using System.CommandLine;

namespace Sentinel.Worker.Commands;

/// <summary>The option <c>--budget</c> of a verb that trains by itself.</summary>
internal static class BudgetOption
{
    public static Option<TimeSpan> Of(TimeSpan usual)
    {
        var option = new Option<TimeSpan>("--budget")
        {
            Description = "Time the training may take.",
            HelpName = "hh:mm:ss",
            DefaultValueFactory = _ => usual,
        };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<TimeSpan>() is var budget && (budget < TimeSpan.FromSeconds(5) || budget > TimeSpan.FromDays(1)))
            {
                result.AddError($"A training's budget is 5 seconds to a day, not {budget}.");
            }
        });
        return option;
    }
}
