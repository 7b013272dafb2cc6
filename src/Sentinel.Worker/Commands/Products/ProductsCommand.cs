namespace Sentinel.Worker.Commands.Products;

/// <summary><c>sentinel products</c>: stands above the verbs about products and their trainings.</summary>
internal sealed class ProductsCommand : Verb
{
    public ProductsCommand()
        : base("products", "Look at the products, and say when they are trained.", "sentinel products list")
    {
        Add(new ProductsListCommand());
        Add(new ProductsTrainCommand());
        Add(new ProductsPauseCommand());
        Add(new ProductsResumeCommand());
    }

    protected override Task<int> RunAsync(Invocation call, CancellationToken cancel)
    {
        Console.Error.WriteLine("Say what to do: list, train, pause or resume. See 'sentinel products --help'.");
        return Task.FromResult(SentinelCommand.WrongUsage);
    }
}
