using System.CommandLine;
using Sentinel.Worker.Promotion;
using Sentinel.Worker.Retraining;

namespace Sentinel.Worker.Commands.Products;

/// <summary><c>sentinel products pause</c>: no training by schedule or by new images until it is resumed.</summary>
internal sealed class ProductsPauseCommand : Verb
{
    private readonly Option<string> _product = ProductOption();

    public ProductsPauseCommand()
        : base("pause", "Let the trainings of a product rest; inspection goes on.", "sentinel products pause --product tile") => Add(_product);

    protected override Task<int> RunAsync(Invocation call, CancellationToken cancel)
    {
        var product = call.Required(_product);
        new TrainingPause(DateTimeOffset.UtcNow, ModelDesk.Person).Write(call.Library.Registry, product);
        call.Library.Desk.NotePause(product, isPaused: true);
        Answer.Write(call.Json, product, null, $"The trainings of {product} rest until: sentinel products resume --product {product}");
        return Task.FromResult(SentinelCommand.Done);
    }
}
