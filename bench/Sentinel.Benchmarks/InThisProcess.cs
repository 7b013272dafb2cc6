using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Sentinel.Benchmarks;

/// <summary>
/// Measures in this process: a project that BenchmarkDotNet would generate lacks the build step that makes TorchSharp load on Debian 12. Medians,
/// because the machines are shared.
/// </summary>
internal sealed class InThisProcess : ManualConfig
{
    public InThisProcess()
    {
        AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(2).WithIterationCount(9));
        AddLogger(ConsoleLogger.Default);
        AddColumnProvider(DefaultColumnProviders.Descriptor, DefaultColumnProviders.Params, DefaultColumnProviders.Metrics);
        AddColumn(StatisticColumn.Min, StatisticColumn.Median, StatisticColumn.Max);
        AddDiagnoser(MemoryDiagnoser.Default);
        AddExporter(MarkdownExporter.GitHub);
    }
}
