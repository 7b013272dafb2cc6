namespace Sentinel.Core.Torch;

/// <summary>What decides how this machine computes.</summary>
/// <param name="Processor">As its maker calls it.</param>
/// <param name="InstructionSets">Those that oneDNN and Torch choose their kernels by.</param>
/// <param name="ReportsCaches">Whether the processor reports the sizes of its caches; virtual machines may hide them.</param>
/// <param name="Processors">Processors that may be used: the quota of the control group, or the number of cores.</param>
/// <param name="Precision">What trainings compute in: <c>bfloat16</c> or <c>single precision</c>.</param>
public sealed record MachineFacts(string Processor, IReadOnlyList<string> InstructionSets, bool ReportsCaches, int Processors, string Precision)
{
    /// <summary>Read now; the precision follows from the convolutions that were checked so far.</summary>
    public static MachineFacts Read() => new(
        Torch.Processor.Name, Torch.Processor.InstructionSets, Torch.Processor.ReportsCaches, Torch.Processors.Allowed, MachineCheck.Precision);

    public override string ToString() =>
        $"{Processor}, {Processors} {(Processors == 1 ? "processor" : "processors")}, {string.Join(' ', InstructionSets)}, cache sizes {(ReportsCaches ? "reported" : "not reported")}; "
        + $"trainings compute in {Precision}.";
}
