using Sentinel.Core.Models;
using Sentinel.Core.Training;

namespace Sentinel.Worker.Promotion;

/// <summary>
/// The last word on a product's false-alarm budget holds: the one that a person applied to the model in use (<c>what-if --apply</c>), until the configuration names
/// another than it did then.
/// </summary>
internal static class AppliedBudgets
{
    public static TrainingPlan WithAppliedBudgets(this TrainingPlan plan, ModelRegistry registry) =>
        ChampionOf(registry, plan.Product) is { BudgetsOver: { } over, Calibration: var applied } && over == new Budgets(plan.FalseAlarmBudget, plan.SuspectBudget)
            ? plan with { FalseAlarmBudget = applied.FalseAlarmBudget, SuspectBudget = applied.SuspectBudget, BudgetsOver = over }
            : plan;

    /// <summary>A champion that cannot be read has no word; the trainer says what is wrong with it.</summary>
    private static ModelManifest? ChampionOf(ModelRegistry registry, string product)
    {
        try
        {
            return registry.ChampionOf(product) is { } version ? registry.Read(product, version) : null;
        }
        catch (ModelUnusableException)
        {
            return null;
        }
    }
}
