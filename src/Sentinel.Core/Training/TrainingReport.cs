using System.Globalization;
using Sentinel.Core.Detection;
using Sentinel.Core.Imaging;
using Sentinel.Core.Models;
using Sentinel.Core.Reporting;
using Sentinel.Core.Torch;

namespace Sentinel.Core.Training;

/// <summary>What a quality manager wants to see of a new model, <c>report.html</c> beside its weights: what it promises, how it did against the
/// champion, and which known-good images were left out, with their pictures.</summary>
internal static class TrainingReport
{
    public const string FileName = "report.html";

    private const int MostPictures = 200;

    public static string Html(ModelManifest model, Hold? hold, string goodFolder, ImageLimits limits)
    {
        var (calibration, training) = (model.Calibration, model.Training);
        var page = new ReportPage($"Model {model.Version} of {model.Product}")
            .Paragraph($"Trained {model.TrainedAt:yyyy-MM-dd HH:mm} UTC by Sentinel {model.TrainedBy} in at most {training.Budget}, seed {training.Seed}, "
                + $"{training.HeadSteps} steps of the defect head and {training.Steps} of the autoencoder; before it: {training.Parent ?? "no model"}.")
            .Paragraph(Computation(training))
            .Heading("What it promises")
            .Paragraph(Promise(calibration))
            .Paragraph(Choice(model))
            .Heading("Chosen from the known-good images")
            .Table(["what", "chosen", "because"], Choices(model))
            .Heading("Known-good images")
            .Paragraph($"{training.TrainingImages} taught, {training.SelectionImages} decided between settings, {training.CalibrationImages} set the thresholds; "
                + $"{training.LeftOut.Count} were left out. Nothing was deleted.");
        foreach (var (name, reason) in training.LeftOut.Take(MostPictures))
        {
            page.Picture(Path.Combine(goodFolder, name), name, reason, limits);
        }

        if (training.LeftOut.Count > MostPictures)
        {
            page.Paragraph($"And {training.LeftOut.Count - MostPictures} more; manifest.json names them all.");
        }

        if (model.Gate is { } gate)
        {
            Compare(page, gate);
        }

        if (hold is not null)
        {
            page.Heading("Not in use: it waits").Paragraph(hold.Why);
        }

        return page.ToString();
    }

    private static string Computation(TrainingRecord training)
    {
        var wrong = training.WrongInBfloat16;
        return $"Convolutions were computed in {training.Precision ?? "a precision that was not noted"}{(wrong.Count > 0 ? $", because {wrong.Count} of them are wrong in bfloat16 on this machine ({wrong[0]})" : "")}."
            + (training.SkippedSteps > 0 ? $" {training.SkippedSteps} {(training.SkippedSteps == 1 ? "step" : "steps")} gave no finite numbers and changed nothing; after three in a row the rest is computed in single precision: run 'sentinel selftest' on this machine." : "");
    }

    private static string Promise(Calibration calibration)
    {
        var promise = string.Create(
            CultureInfo.InvariantCulture,
            $"From {calibration.Scores.Count} calibration images: a good image is called anomalous with a probability of at most {calibration.GuaranteedFalseAlarmRate:P2} "
            + $"on average over calibrations, and with 90 % confidence at most {calibration.FalseAlarmRateAt90Percent:P2} with this one. The budget is {calibration.FalseAlarmBudget:P2}.");
        return calibration.IsProvisional
            ? $"{promise} The model is provisional: the budget takes {Calibration.ImagesNeededFor(calibration.FalseAlarmBudget)} calibration images."
            : promise;
    }

    private static string Choice(ModelManifest model) => model.BudgetsOver is { } over
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"A person applied this budget, and {model.Calibration.SuspectBudget:P2} for suspects, instead of the configured {over.FalseAlarm:P2} and {over.Suspect:P2}; "
            + $"it holds until the configuration is changed.")
        : "The budget is the configured one.";

    private static IEnumerable<IReadOnlyList<string>> Choices(ModelManifest model)
    {
        var (rules, evidence) = (model.Standardisation, model.Training.Evidence);
        yield return ["size", $"{rules.Width} x {rules.Height}", "the images' median proportion, and detail of large ones kept as far as it is affordable"];
        yield return ["colour", rules.Channels == 1 ? "grey" : "colour", rules.Channels == 1 ? "no image shows a colour" : "some images show colours"];
        foreach (var (map, sharing) in model.Training.Sharing)
        {
            yield return
            [
                map switch { "quarter" => "what is usual, seen at a quarter of the size", "half" => "what is usual, seen at half size", "full" => "what is usual, seen at full size", _ => "what is usual of the repair" },
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{(sharing.Mean > 0 ? "the same at all positions" : "each position for itself")}{(sharing.Neighbours ? ", with its neighbours" : "")}{(sharing.OwnCovariance ? ", and what its channels do together" : "")}; spread shared by {sharing.Spread:P0}"),
                "drawn defects stood out most",
            ];
        }

        yield return
        [
            "evidence",
            string.Create(CultureInfo.InvariantCulture, $"defect head {evidence.Head:P0}, distance from what is usual {evidence.Appearance:P0}, error of the repair {evidence.Repair:P0}"),
            !FusionChoice.IsOpen(model.Training.SelectionImages) ? "too few images to choose by: the usual mixture"
                : evidence == EvidenceWeights.Usual ? "the usual mixture: no other that was tried ranked drawn defects clearly higher"
                : "drawn defects are ranked clearly higher than by the usual mixture",
        ];
    }

    private static void Compare(ReportPage page, GateTable gate)
    {
        page.Heading(gate.Decision switch
        {
            GateDecision.Unopposed when gate.SuspectChampion is { } suspect => $"Model {suspect} is no measure: not compared",
            GateDecision.Unopposed => "No model to compare it with",
            GateDecision.Accepted => $"Against model {gate.Champion}: accepted",
            _ => $"Against model {gate.Champion}: rejected",
        });
        page.Table(
            ["", "images", $"model {gate.Champion ?? "-"}", "this model", "difference, 95 %", "rule", "kept"],
            gate.Rows.Select(row => (IReadOnlyList<string>)
            [
                row.Measure, row.Images == 0 ? "" : $"{row.Images}", Number(row.Champion), Number(row.Challenger),
                row.Low is null ? "" : $"{Number(row.Low)} to {Number(row.High)}", row.Rule, row.Passed ? "yes" : "NO",
            ]));
        foreach (var reason in gate.Reasons)
        {
            page.Paragraph(reason);
        }
    }

    private static string Number(double? value) => value?.ToString("0.####", CultureInfo.InvariantCulture) ?? "";
}
