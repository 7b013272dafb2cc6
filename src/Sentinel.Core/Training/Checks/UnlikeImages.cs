namespace Sentinel.Core.Training.Checks;

/// <summary>
/// Images of another proportion, or coloured ones among grey ones: they come from another camera or another setting. Said only where nearly
/// all others are alike; products whose images differ in size by nature are left alone.
/// </summary>
internal static class UnlikeImages
{
    private const double NearlyAll = 0.9;
    private const double Alike = 0.02;
    private const double Unlike = 0.1;

    public static IEnumerable<(GoodPicture Picture, string Reason)> Find(IReadOnlyList<GoodPicture> pictures)
    {
        var proportions = pictures.Select(Proportion).Order().ToArray();
        var usual = proportions[proportions.Length / 2];
        var alike = proportions.Count(proportion => Math.Abs(proportion / usual - 1) <= Alike);
        if (alike >= NearlyAll * pictures.Count)
        {
            foreach (var picture in pictures.Where(picture => Math.Abs(Proportion(picture) / usual - 1) > Unlike))
            {
                yield return (picture, $"unlike size: {picture.Source.Header.Width} x {picture.Source.Header.Height} pixels, "
                    + $"where {alike} of {pictures.Count} images have the proportion {usual:0.###}");
            }
        }

        var coloured = pictures.Where(picture => !picture.IsGrey).ToList();
        if (coloured.Count > 0 && pictures.Count - coloured.Count >= NearlyAll * pictures.Count)
        {
            foreach (var picture in coloured)
            {
                yield return (picture, $"unlike channels: coloured, where {pictures.Count - coloured.Count} of {pictures.Count} images are grey");
            }
        }
    }

    private static double Proportion(GoodPicture picture) => (double)picture.Source.Header.Width / picture.Source.Header.Height;
}
