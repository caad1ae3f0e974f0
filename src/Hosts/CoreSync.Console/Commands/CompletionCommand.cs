using System.CommandLine;
using CoreSync.Console.CommandLine;
using CoreSync.Console.Output;

namespace CoreSync.Console.Commands;

/// <summary>Prints a completion script; it asks <c>coresync [suggest:N] "line"</c>, so that it never lags behind the commands.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        # coresync completion for bash: source <(coresync completion bash)
        _coresync() {
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$(coresync "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _coresync coresync
        """;

    private const string Zsh = """
        #compdef coresync
        # coresync completion for zsh: source <(coresync completion zsh)
        _coresync() {
            local -a found
            found=("${(@f)$(coresync "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
            compadd -a found
        }
        compdef _coresync coresync
        """;

    private const string Fish = """
        # coresync completion for fish: coresync completion fish | source
        complete -f -c coresync -a '(coresync "[suggest:"(commandline -C)"]" (commandline -cp) 2>/dev/null)'
        """;

    private const string Pwsh = """
        # coresync completion for PowerShell: coresync completion pwsh | Out-String | Invoke-Expression
        Register-ArgumentCompleter -Native -CommandName coresync -ScriptBlock {
            param($word, $commandAst, $position)
            coresync "[suggest:$position]" "$commandAst" 2>$null | Where-Object { $_ -like "$word*" } |
                ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
        }
        """;

    public static Verb Build(GlobalOptions globals)
    {
        var shell = Symbols.Argument("bash|zsh|fish|pwsh", "shell");
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish", "pwsh");
        return Verb.Of(globals, "completion", [shell], run =>
        {
            Terminal.Data(run.Get(shell) switch
            {
                "bash" => Bash,
                "zsh" => Zsh,
                "fish" => Fish,
                _ => Pwsh,
            });
            return Task.CompletedTask;
        });
    }
}
