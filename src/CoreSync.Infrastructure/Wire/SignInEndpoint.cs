using CoreSync.Application;
using CoreSync.Application.Accounts;
using CoreSync.Errors;
using CoreSync.Infrastructure.Accounts;
using CoreSync.Infrastructure.Tls;
using CoreSync.Servers;
using Microsoft.Extensions.Logging;

namespace CoreSync.Infrastructure.Wire;

/// <summary>Exchanges an account and its password for a short-lived token (R5). One answer for every reason to refuse.</summary>
internal sealed class SignInEndpoint(IAccountDirectory accounts, SignInThrottle throttle, AccessTokens tokens, ILogger<SignInEndpoint> logger)
{
    private const int MaxNameLength = 256;
    private const int MaxPasswordLength = 1024;

    public async Task SignInAsync(PeerExchange exchange)
    {
        var asked = await exchange.ReadJsonAsync(WireJson.Strict.SignInRequest).ConfigureAwait(false);
        if (asked.IsFailed)
        {
            await exchange.AnswerAsync(asked.FirstError()).ConfigureAwait(false);
            return;
        }

        var (user, password, source) = asked.Value;
        var remote = exchange.Address.ToString();
        if (user.Length is 0 or > MaxNameLength || password.Length > MaxPasswordLength)
        {
            await exchange.AnswerAsync(new SignInRefusedError()).ConfigureAwait(false);
            return;
        }

        if (throttle.Begin(user, exchange.Address) is { } wait)
        {
            var seconds = (int)Math.Ceiling(wait.TotalSeconds);
            WireLog.SignInThrottled(logger, PrintableText.Of(user), remote, seconds);
            await exchange.AnswerAsync(new SignInSlowedError(seconds)).ConfigureAwait(false);
            return;
        }

        var account = await accounts.AuthenticateAsync(user, password, exchange.Aborted).ConfigureAwait(false);
        if (account.IsFailed)
        {
            WireLog.SignInRefused(logger, PrintableText.Of(user), remote);
            await exchange.AnswerAsync(account.FirstError()).ConfigureAwait(false);
            return;
        }

        throttle.Succeeded(user, exchange.Address);
        var answer = new SignInAnswer(tokens.Issue(account.Value, new CoreId(source)), (int)AccessTokens.Lifetime.TotalSeconds);
        await exchange.AnswerAsync(answer, WireJson.Strict.SignInAnswer).ConfigureAwait(false);
    }
}
