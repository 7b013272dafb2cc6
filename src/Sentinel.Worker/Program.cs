using Sentinel.Worker.Commands;

return await SentinelCommand.RunAsync(
    args,
    new RunCommand(),
    new TrainCommand(),
    new ScoreCommand(),
    new DenoiseCommand(),
    new EvaluateCommand(),
    new DemoCommand(),
    new HealthCommand(),
    new BackupCommand(),
    new RestoreCommand(),
    new InboxCommand(),
    new ExamineFileCommand());
