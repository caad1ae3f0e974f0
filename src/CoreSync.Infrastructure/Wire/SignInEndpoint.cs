using System.Security.Cryptography;
using CoreSync.Application;
using CoreSync.Application.Accounts;
using CoreSync.Application.Trust;
using CoreSync.Errors;
using CoreSync.Infrastructure.Accounts;
using CoreSync.Infrastructure.Tls;
using CoreSync.Servers;
using CoreSync.Trust;
using Microsoft.Extensions.Logging;

namespace CoreSync.Infrastructure.Wire;

/// <summary>Exchanges an account and its password for a short-lived token (R5). One answer for every reason to refuse.</summary>
internal sealed class SignInEndpoint(IAccountDirectory accounts, SignInThrottle throttle, AccessTokens tokens, IClientGate clients, CertificateReader reader, ILogger<SignInEndpoint> logger)
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

        // Judged before the password is looked at, so that the answer takes as long whatever is wrong.
        var presented = Presented(exchange);
        var isRequired = await clients.IsRequiredAsync(exchange.Aborted).ConfigureAwait(false);
        var verdict = isRequired ? await clients.JudgeAsync(presented, new CoreId(source), user, exchange.Aborted).ConfigureAwait(false) : null;
        var account = await accounts.AuthenticateAsync(user, password, exchange.Aborted).ConfigureAwait(false);
        if (account.IsFailed)
        {
            WireLog.SignInRefused(logger, PrintableText.Of(user), remote);
            await exchange.AnswerAsync(account.FirstError()).ConfigureAwait(false);
            return;
        }

        if (verdict is { IsAccepted: false })
        {
            // The answer first: what is recorded takes time that would tell that the password was right.
            await exchange.AnswerAsync(new SignInRefusedError()).ConfigureAwait(false);
            await clients.RecordAsync(verdict, presented, new CoreId(source), account.Value.Name, remote, CancellationToken.None).ConfigureAwait(false);
            return;
        }

        throttle.Succeeded(user, exchange.Address);
        var answer = new SignInAnswer(tokens.Issue(account.Value, new CoreId(source), isRequired ? presented?.Fingerprint : null), (int)AccessTokens.Lifetime.TotalSeconds);
        await exchange.AnswerAsync(answer, WireJson.Strict.SignInAnswer).ConfigureAwait(false);
    }

    private PresentedCertificate? Presented(PeerExchange exchange)
    {
        try
        {
            return exchange.ClientCertificate is { } der ? reader.Read(der, [], askRevocation: false) : null;
        }
        catch (CryptographicException)
        {
            // Nothing that could be enrolled.
            return null;
        }
    }
}
