using System.CommandLine;
using Sentinel.Worker.Retraining;

namespace Sentinel.Worker.Commands.Products;

/// <summary><c>sentinel products resume</c>: trainings go on.</summary>
internal sealed class ProductsResumeCommand : Verb
{
    private readonly Option<string> _product = ProductOption();

    public ProductsResumeCommand()
        : base("resume", "Let the trainings of a product go on.", "sentinel products resume --product tile") => Add(_product);

    protected override Task<int> RunAsync(Invocation call, CancellationToken cancel)
    {
        var product = call.Required(_product);
        var wasPaused = TrainingPause.End(call.Library.Registry, product);
        if (wasPaused)
        {
            call.Library.Desk.NotePause(product, isPaused: false);
        }

        Answer.Write(call.Json, product, null, wasPaused ? $"The trainings of {product} go on." : $"The trainings of {product} did not rest.");
        return Task.FromResult(SentinelCommand.Done);
    }
}
