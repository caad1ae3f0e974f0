using CoreSync.Console.CommandLine;
using CoreSync.Console.Output;

namespace CoreSync.Console.Remote;

/// <summary>Who signs in at a running service: from the environment, else by asking; never from the command line, which other users can read (R2).</summary>
internal sealed class RemoteSignIn
{
    private RemoteSignIn(string? token, string user, string password)
    {
        Token = token;
        User = user;
        Password = password;
    }

    /// <summary>A bearer token; null when an account signs in.</summary>
    public string? Token { get; }

    /// <summary>The account.</summary>
    public string User { get; }

    /// <summary>Its password.</summary>
    public string Password { get; }

    /// <exception cref="CommandFailure">Neither the environment nor a person tells.</exception>
    public static RemoteSignIn Read(Invocation run)
    {
        if (Variable("CORESYNC_TOKEN") is { } token)
            return new RemoteSignIn(token, "", "");
        var user = Variable("CORESYNC_USER");
        var password = Variable("CORESYNC_PASSWORD");
        if ((user is null || password is null) && !run.MayAsk)
            throw CommandFailure.Usage(Texts.T("server.sign-in-how"));
        user ??= Terminal.Ask(Texts.T("server.ask-user"))?.Trim() ?? "";
        return new RemoteSignIn(null, user, password ?? Passwords.Read(run, fromInput: false, repeat: false));
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
