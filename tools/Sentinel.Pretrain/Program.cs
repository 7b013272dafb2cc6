using System.CommandLine;
using Sentinel.Pretrain;

return await PretrainCommand.Create().Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
