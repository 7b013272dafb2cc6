namespace Sentinel.Core.Tests.Imaging;

/// <summary>Real images that lie beside some checkouts; a test that wants them is skipped where there are none.</summary>
public static class SharedData
{
    public static string Folder(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Sentinel.sln")))
            {
                var data = Path.Combine(folder.FullName, "..", "shared", "data", name);
                Assert.SkipUnless(Directory.Exists(data), $"No real images at ../shared/data/{name}.");
                return data;
            }
        }

        Assert.Skip("The tests do not run inside the repository, so there are no real images beside it.");
        return "";
    }
}
