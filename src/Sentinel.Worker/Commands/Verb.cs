using System.CommandLine;
using Sentinel.Core;

namespace Sentinel.Worker.Commands;

/// <summary>One verb of the command line. What goes wrong in it becomes one line and an exit code.</summary>
internal abstract class Verb : Command
{
    protected Verb(string name, string description, string example)
        : base(name, description)
    {
        Example = example;
        SetAction(InvokeAsync);
    }

    /// <summary>A command line that works, for the help.</summary>
    public string Example { get; }

    /// <summary>Its name with those of the verbs above it: <c>inbox doctor</c>.</summary>
    public string FullName => string.Join(' ', Parents.OfType<Verb>().Select(parent => parent.FullName).Append(Name));

    public async Task<int> InvokeAsync(ParseResult parsed, CancellationToken cancel)
    {
        Umask.Tighten();
        try
        {
            return await RunAsync(new Invocation(parsed), cancel);
        }
        catch (Exception fault)
        {
            return Failure.Report(fault, parsed.GetValue(CommonOptions.Json));
        }
    }

    /// <summary>Does the work. 0 done, 1 failed; every exception is an exit code, too.</summary>
    protected abstract Task<int> RunAsync(Invocation call, CancellationToken cancel);

    /// <summary>The argument of the verbs that read images.</summary>
    protected static Argument<string[]> ImagesArgument() => new("images")
    {
        Description = "Image files, and folders of them.",
        HelpName = "DIR|FILES",
        Arity = ArgumentArity.OneOrMore,
    };

    /// <summary>The option of the verbs that work for one product.</summary>
    protected static Option<string> ProductOption()
    {
        var option = new Option<string>("--product") { Description = "Name of the product.", HelpName = "NAME", Required = true };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is var given && !ProductName.IsValid(given))
            {
                result.AddError($"'{given}' cannot be a product's name; it takes {ProductName.Rule}.");
            }
        });
        return option;
    }
}
