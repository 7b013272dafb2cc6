namespace Sentinel.Core.Training.Checks;

/// <summary>Looks through the known-good images before they teach. What is found is left out and reported, never deleted.</summary>
internal static class KnownGoodCheck
{
    private const double ShareOfBudget = 0.1;

    /// <param name="known">The readable images, each content once.</param>
    /// <param name="plan">Images that a person called good after they were flagged are no outliers, whatever they look like.</param>
    /// <param name="cancel">Ends the check.</param>
    /// <exception cref="TrainingRefusedException">Too few remain.</exception>
    public static KnownGoodSet Pass(KnownGoodSet known, TrainingPlan plan, CancellationToken cancel)
    {
        var vouched = plan.Reviewed.Where(image => !image.ShowsDefect).Select(image => Path.GetFullPath(image.Path)).ToHashSet(StringComparer.Ordinal);
        var findings = new Dictionary<GoodPicture, string>();
        Add(UnlikeImages.Find(known.Pictures));
        Add(NearDuplicates.Find([.. known.Pictures.Where(picture => !findings.ContainsKey(picture))]));
        var rest = known.Pictures.Where(picture => !findings.ContainsKey(picture)).ToList();
        if (rest.Count >= KnownGoodSet.Fewest)
        {
            var outliers = Outliers.Find(rest, Measuring.MostKept(known.Rules), plan.Budget * ShareOfBudget, plan.OnWork, cancel);
            Add(outliers.Where(found => !vouched.Contains(Path.GetFullPath(found.Picture.Source.Path))));
        }

        return known.Without(findings, plan);

        void Add(IEnumerable<(GoodPicture Picture, string Reason)> found)
        {
            plan.OnWork?.Invoke();
            foreach (var (picture, reason) in found.ToList())
            {
                findings.TryAdd(picture, reason);
            }
        }
    }
}
