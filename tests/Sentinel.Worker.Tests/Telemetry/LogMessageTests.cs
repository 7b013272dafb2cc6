using System.Reflection;
using Microsoft.Extensions.Logging;
using Sentinel.Worker.Telemetry;

namespace Sentinel.Worker.Tests.Telemetry;

public sealed class LogMessageTests
{
    [Fact]
    public void Each_message_has_an_event_id_of_its_own()
    {
        // Left out, the id is made from the method's name, so that two of the same name are one event to whoever filters by it.
        var messages = Messages().Select(method => (Name: $"{method.DeclaringType!.DeclaringType?.Name}.{method.Name}", Event: Written(method).Event)).ToList();

        messages.Count.ShouldBeGreaterThan(30);
        messages.ShouldAllBe(message => message.Event.Id != 0);
        messages.GroupBy(message => message.Event.Id).Where(group => group.Count() > 1)
            .Select(group => string.Join(" = ", group.Select(message => message.Name)))
            .ShouldBeEmpty();
    }

    private static IEnumerable<MethodInfo> Messages() => typeof(SentinelMetrics).Assembly.GetTypes()
        .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
        .Where(method => method.GetCustomAttribute<LoggerMessageAttribute>() is not null);

    /// <summary>What it really writes, with nothing in particular in its blanks.</summary>
    private static Line Written(MethodInfo method)
    {
        var kept = new KeepingLogger();
        method.Invoke(null, [.. method.GetParameters().Select(parameter => parameter.ParameterType switch
        {
            var type when type == typeof(ILogger) => kept,
            var type when type == typeof(string) => "",
            { IsValueType: true } type => Activator.CreateInstance(type),
            _ => null,
        })]);
        return kept.Last ?? throw new InvalidOperationException($"{method.Name} writes nothing.");
    }

    private sealed record Line(EventId Event, string Text);

    private sealed class KeepingLogger : ILogger
    {
        public Line? Last { get; private set; }

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Last = new Line(eventId, formatter(state, exception));
    }
}
