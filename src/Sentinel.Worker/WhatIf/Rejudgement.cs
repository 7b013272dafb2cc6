using Sentinel.Core.Detection;
using Sentinel.Worker.Ledger;

namespace Sentinel.Worker.WhatIf;

/// <summary>One past verdict and what it would have been.</summary>
/// <param name="Image">The image.</param>
/// <param name="Before">What it was.</param>
/// <param name="After">What it would have been.</param>
/// <param name="Ratio">Its score over the threshold that is tried.</param>
internal sealed record Rejudged(JudgedImage Image, Verdict Before, Verdict After, double Ratio)
{
    public bool IsNewlyFlagged => Before is Verdict.Normal && After is not Verdict.Normal;

    public bool IsNewlyPassed => Before is not Verdict.Normal && After is Verdict.Normal;
}

/// <summary>Past verdicts under other thresholds or another model.</summary>
/// <param name="Images">Every image that could be judged again.</param>
/// <param name="LeftOut">Images that could not: their model is gone or their original is.</param>
internal sealed record Rejudgement(IReadOnlyList<Rejudged> Images, int LeftOut)
{
    public IEnumerable<Rejudged> NewlyFlagged => Images.Where(image => image.IsNewlyFlagged).OrderByDescending(image => image.Ratio);

    public IEnumerable<Rejudged> NewlyPassed => Images.Where(image => image.IsNewlyPassed).OrderByDescending(image => image.Ratio);

    /// <summary>How many images had, and would have had, a verdict.</summary>
    public (int Before, int After) CountOf(Verdict verdict) => (Images.Count(image => image.Before == verdict), Images.Count(image => image.After == verdict));
}
