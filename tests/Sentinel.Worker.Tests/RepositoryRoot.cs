namespace Sentinel.Worker.Tests;

/// <summary>The checked-out repository: what is delivered beside the executable is tested where it lies.</summary>
internal static class RepositoryRoot
{
    public static string Path { get; } = Find(AppContext.BaseDirectory);

    public static string File(params string[] below) => System.IO.Path.Combine([Path, .. below]);

    private static string Find(string folder) =>
        System.IO.File.Exists(System.IO.Path.Combine(folder, "Sentinel.sln"))
            ? folder
            : Find(System.IO.Path.GetDirectoryName(folder.TrimEnd('/')) ?? throw new InvalidOperationException("Tests run below the repository's root."));
}
