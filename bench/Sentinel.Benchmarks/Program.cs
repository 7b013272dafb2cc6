using BenchmarkDotNet.Running;
using Sentinel.Benchmarks;

BenchmarkSwitcher.FromAssembly(typeof(ImagingBenchmarks).Assembly).Run(args, new InThisProcess());
