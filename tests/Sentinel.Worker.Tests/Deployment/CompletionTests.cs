namespace Sentinel.Worker.Tests.Deployment;

public sealed class CompletionTests
{
    private static readonly string[] _verbs = ["audit", "backup", "demo", "evaluate", "health", "models", "restore", "run", "score", "train"];

    [Fact]
    public async Task The_program_suggests_its_verbs_where_the_cursor_stands()
    {
        using var sentinel = new SentinelProcess("[suggest:9]", "sentinel ");

        (await sentinel.EndAsync()).ShouldBe(0);
        _verbs.ShouldBeSubsetOf(sentinel.Output.Split('\n'));
    }

    [Theory]
    [InlineData("sentinel tra", "train")]
    [InlineData("sentinel inbox doc", "doctor")]
    [InlineData("sentinel models r", "rollback")]
    [InlineData("sentinel train --pro", "--product")]
    public async Task In_bash_a_word_is_completed(string line, string expected)
    {
        const string script = """
            source "$1"
            COMP_LINE=$2 COMP_POINT=${#2}; read -ra COMP_WORDS <<<"$2"; COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            $(complete -p sentinel | sed -n 's/.*-F \([^ ]*\) .*/\1/p') "$3"
            printf '%s\n' "${COMPREPLY[@]}"
            """;
        using var bash = new SentinelProcess(
            "/bin/bash", ["-c", script, "bash", Repository.PathOf("deploy/completion/sentinel.bash"), line, SentinelProcess.Executable]);

        (await bash.EndAsync()).ShouldBe(0, bash.Errors);
        bash.Errors.ShouldBeEmpty();
        bash.Output.Split('\n').ShouldBe([expected]);
    }
}
