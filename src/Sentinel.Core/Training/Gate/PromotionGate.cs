using MathNet.Numerics.Distributions;
using Sentinel.Core.Detection;
using Sentinel.Core.Evaluation;
using Sentinel.Core.Models;

namespace Sentinel.Core.Training.Gate;

/// <summary>
/// Decides whether a challenger may replace the champion. It may when it keeps the false-alarm budget, flags every reviewed defect that the champion
/// flags, and is no worse on drawn defects than noise explains: in telling them from good images, and in catching them with its own threshold.
/// </summary>
public static class PromotionGate
{
    // A champion from few images promises little. The next one may promise a little less still, because an image was left out, but not much less.
    private const double PromiseSlack = 1.25;

    // A keeper of budgets is turned away once in a thousand times.
    private const double Surprise = 0.001;

    /// <param name="champion">Null when there is none to compare with.</param>
    /// <param name="challenger">On the same images.</param>
    /// <param name="notes">What else limits the comparison.</param>
    public static GateTable Decide(GateScores? champion, GateScores challenger, IReadOnlyList<string> notes)
    {
        GateRow[] rows =
        [
            Promise(champion, challenger),
            FalseAlarms(champion, challenger),
            .. challenger.Synthetic.Count == 0 ? [] : new[] { Separation(champion, challenger), Catches(champion, challenger) },
            .. challenger.Defects.Count == 0 ? [] : new[] { ReviewedDefects(champion, challenger) },
            .. challenger.FalseAlarms.Count == 0 ? [] : new[] { ReviewedFalseAlarms(champion, challenger) },
        ];
        var broken = rows.Where(row => !row.Passed).Select(row => $"{row.Measure}: {Number(row.Challenger)} where model {champion?.Version} has {Number(row.Champion)}; the rule is: {row.Rule}.");
        return new GateTable
        {
            Champion = champion?.Version,
            Decision = champion is null ? GateDecision.Unopposed : rows.All(row => row.Passed) ? GateDecision.Accepted : GateDecision.Rejected,
            Reasons = [.. champion is null ? [] : broken, .. notes],
            Rows = rows,
        };
    }

    private static GateRow Promise(GateScores? champion, GateScores challenger)
    {
        var most = Math.Max(challenger.Calibration.FalseAlarmBudget, champion?.Calibration.GuaranteedFalseAlarmRate * PromiseSlack ?? 1);
        var promised = challenger.Calibration.GuaranteedFalseAlarmRate;
        return new GateRow(
            "promised false-alarm rate", 0, champion?.Calibration.GuaranteedFalseAlarmRate, promised, null, null, promised <= most + 1e-9,
            $"within the budget of {challenger.Calibration.FalseAlarmBudget}, or not far above what the champion promises");
    }

    private static GateRow FalseAlarms(GateScores? champion, GateScores challenger)
    {
        static double[] Of(GateScores model, GateScores challenger) => [.. model.Good.Zip(challenger.Independent).Where(pair => pair.Second).Select(pair => pair.First)];
        var scores = Of(challenger, challenger);
        var alarms = challenger.Alarms(scores);
        var tolerated = challenger.Calibration.FalseAlarmRateAt90Percent;
        var chance = alarms == 0 || scores.Length == 0 ? 1 : 1 - Binomial.CDF(tolerated, scores.Length, alarms - 1);
        return new GateRow(
            "false alarms on good images that no threshold comes from", scores.Length, champion is null ? null : champion.Alarms(Of(champion, challenger)), alarms, null, null,
            chance >= Surprise, FormattableString.Invariant($"no more than the promise explains (up to {tolerated:P1} with 90 % confidence)"));
    }

    private static GateRow Separation(GateScores? champion, GateScores challenger)
    {
        var own = RocCurve.Area([.. challenger.Good], [.. challenger.Synthetic]);
        if (champion is null)
        {
            return new GateRow("AUROC on drawn defects", challenger.Synthetic.Count, null, own, null, null, true, "none without a champion");
        }

        var (low, high) = PairedBootstrap.Difference(challenger.Good.Count, (images, _) =>
            RocCurve.Area(Pick(challenger.Good, images), Pick(challenger.Synthetic, images)) - RocCurve.Area(Pick(champion.Good, images), Pick(champion.Synthetic, images)));
        return new GateRow(
            "AUROC on drawn defects", challenger.Synthetic.Count, RocCurve.Area([.. champion.Good], [.. champion.Synthetic]), own, low, high,
            high >= 0, "not below the champion's by more than noise");
    }

    private static GateRow Catches(GateScores? champion, GateScores challenger)
    {
        var images = challenger.Synthetic.Count;
        var own = (double)challenger.Alarms(challenger.Synthetic) / images;
        if (champion is null)
        {
            return new GateRow("share of drawn defects caught", images, null, own, null, null, true, "none without a champion");
        }

        // A threshold is as much a matter of luck as the images are: without this a champion whose threshold came out low by chance would turn away all others.
        var (low, high) = PairedBootstrap.Difference(images, (picked, random) =>
        {
            var (line, championsLine) = (DrawnThreshold(challenger.Calibration, random), DrawnThreshold(champion.Calibration, random));
            return picked.Average(image => (challenger.Synthetic[image] > line ? 1.0 : 0) - (champion.Synthetic[image] > championsLine ? 1.0 : 0));
        });
        return new GateRow(
            "share of drawn defects caught", images, (double)champion.Alarms(champion.Synthetic) / images, own, low, high,
            high >= 0, "not below the champion's by more than noise");
    }

    private static GateRow ReviewedDefects(GateScores? champion, GateScores challenger)
    {
        var lost = champion is null ? 0 : champion.Defects.Zip(challenger.Defects)
            .Count(pair => champion.Calibration.Judge(pair.First) is not Verdict.Normal && challenger.Calibration.Judge(pair.Second) is Verdict.Normal);
        return new GateRow(
            "reviewed defects flagged", challenger.Defects.Count, champion is null ? null : champion.Flagged(champion.Defects), challenger.Flagged(challenger.Defects), null, null,
            lost == 0, "every one that the champion flags");
    }

    private static GateRow ReviewedFalseAlarms(GateScores? champion, GateScores challenger) => new(
        "reviewed false alarms flagged again", challenger.FalseAlarms.Count, champion is null ? null : champion.Flagged(champion.FalseAlarms),
        challenger.Flagged(challenger.FalseAlarms), null, null, true, "for information: many of them are among the images it learnt from");

    /// <summary>The threshold that other calibration images of the same kind might have given.</summary>
    private static double DrawnThreshold(Calibration calibration, Random random)
    {
        var scores = calibration.Scores;
        return Calibration.From(scores.Select(_ => scores[random.Next(scores.Count)]), calibration.FalseAlarmBudget, calibration.SuspectBudget).Threshold;
    }

    private static double[] Pick(IReadOnlyList<double> values, int[] images) => [.. images.Select(image => values[image])];

    private static string Number(double? value) => value is { } number ? FormattableString.Invariant($"{number:0.####}") : "none";
}
