using Sentinel.Worker.Commands;
using Sentinel.Worker.Commands.Audit;
using Sentinel.Worker.Commands.Models;
using Sentinel.Worker.Commands.Products;

return await SentinelCommand.RunAsync(
    args,
    new RunCommand(),
    new TrainCommand(),
    new ScoreCommand(),
    new DenoiseCommand(),
    new EvaluateCommand(),
    new DemoCommand(),
    new SelftestCommand(),
    new HealthCommand(),
    new ModelsCommand(),
    new ProductsCommand(),
    new WhatIfCommand(),
    new AuditCommand(),
    new BackupCommand(),
    new RestoreCommand(),
    new InboxCommand(),
    new ExamineFileCommand());
