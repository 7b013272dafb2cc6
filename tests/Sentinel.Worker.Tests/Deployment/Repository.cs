namespace Sentinel.Worker.Tests.Deployment;

/// <summary>The repository that these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    private static string Find(DirectoryInfo? folder) => folder is null ? throw new DirectoryNotFoundException("These tests are not in their repository.")
        : File.Exists(Path.Combine(folder.FullName, "Sentinel.sln")) ? folder.FullName
        : Find(folder.Parent);
}
