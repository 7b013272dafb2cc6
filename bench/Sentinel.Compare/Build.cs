using System.Reflection;
using System.Runtime.Loader;

namespace Sentinel.Compare;

/// <summary>The benchmarks of one build of Sentinel, loaded beside those of another. Torch itself is shared.</summary>
internal sealed class Build
{
    private readonly Type _type;
    private readonly object _benchmarks;

    /// <param name="folder">Where <c>Sentinel.Benchmarks.dll</c> of that build lies.</param>
    public Build(string folder)
    {
        var assembly = new Own(folder).LoadFromAssemblyPath(Path.Combine(folder, "Sentinel.Benchmarks.dll"));
        _type = assembly.GetType("Sentinel.Benchmarks.DetectionBenchmarks", throwOnError: true)!;
        _benchmarks = Activator.CreateInstance(_type)!;
    }

    /// <param name="method">A benchmark's, or <c>Train</c>, which makes the model for all of them.</param>
    public void Call(string method)
    {
        if (_type.GetMethod(method)!.Invoke(_benchmarks, null) is Task task)
        {
            task.GetAwaiter().GetResult();
        }
    }

    private sealed class Own(string folder) : AssemblyLoadContext(name: null)
    {
        protected override Assembly? Load(AssemblyName name) =>
            name.Name is "Sentinel.Core" ? LoadFromAssemblyPath(Path.Combine(folder, $"{name.Name}.dll")) : null;
    }
}
