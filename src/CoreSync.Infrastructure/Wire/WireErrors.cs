using System.Globalization;
using CoreSync.Errors;

namespace CoreSync.Infrastructure.Wire;

/// <summary>Which errors cross the wire, and how: codes map both ways here and nowhere else.</summary>
internal static class WireErrors
{
    /// <summary>The error as another core sees it. What is not meant for it (a bug, a path of this machine) does not leave this core.</summary>
    public static Problem ToProblem(CoreSyncError error)
    {
        var told = error switch
        {
            UnexpectedError => new UnexpectedError("the target core has a fault; its log holds the details"),
            StoreFullError => new StoreFullError("the data of the target core"),
            StoreUnwritableError => new StoreUnwritableError("the data of the target core", "see its log"),
            StoreUnavailableError or StoreCorruptError => new StoreUnavailableError("see the log of the target core"),
            ComponentDirectoryError it => new ComponentDirectoryError(it.Name, "on the target core", "see its log"),
            ComponentDirectoryMissingError it => new ComponentDirectoryMissingError(it.Name, "on the target core"),
            _ => error,
        };
        var arguments = told.Arguments.ToDictionary(argument => argument.Name, argument => Convert.ToString(argument.Value, CultureInfo.InvariantCulture) ?? "");
        return new Problem("urn:coresync:error:" + told.Code, told.Message, Status(told), told.Hint, told.Code, arguments);
    }

    /// <summary>The error that another core sent, as this core tells it.</summary>
    /// <param name="problem">What came; nothing in it is trusted beyond its meaning.</param>
    /// <param name="fqdn">The core that sent it.</param>
    /// <param name="user">The account that was used there.</param>
    public static CoreSyncError FromProblem(Problem problem, string fqdn, string user)
    {
        return problem.Code switch
        {
            "account.sign-in-refused" => new CredentialsRejectedError(fqdn, user),
            "account.sign-in-slowed" => new SignInThrottledError(fqdn, (int)Math.Clamp(Number("seconds"), 1, 3600)),
            "account.rights-missing" => new RightsMissingError(Text("account"), Text("right"), Text("scope")),
            "account.token-invalid" => new TokenInvalidError(),
            "target.is-self" => new TargetIsSelfError(fqdn),
            "sync.stale-epoch" => new StaleEpochError(Text("source"), Number("epoch"), Number("highest")),
            "sync.batch-out-of-order" => new BatchOutOfOrderError(Number("after"), Number("checkpoint")),
            "sync.batch-malformed" => new BatchMalformedError(Text("reason")),
            "sync.mass-delete" => new MassDeleteError(Text("component"), Number("deletes"), Number("total"), (int)Math.Clamp(Number("percent"), 0, 100)),
            "store.full" => new StoreFullError(fqdn),
            "content.unstable" => new ContentUnstableError(Text("path")),
            "content.damaged" => new PayloadDamagedError(Text("path"), Text("hash")),
            "content.hash-mismatch" => new ContentMismatchError(Text("name"), Text("expected"), Text("actual")),
            "component.not-received" or "component.not-found" => new ComponentNotReceivedError(Text("name"), fqdn),
            "component.disabled" => new ComponentNotReceivedError(Text("name"), fqdn),
            _ => new PeerFailedError(fqdn, Short(problem.Code), Short(problem.Title)),
        };

        string Text(string name) => Short(problem.Arguments.GetValueOrDefault(name, "?"));

        long Number(string name) => long.TryParse(problem.Arguments.GetValueOrDefault(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : 0;
    }

    /// <summary>The HTTP status of an error.</summary>
    public static int Status(CoreSyncError error) => error switch
    {
        SignInRefusedError or TokenInvalidError => 401,
        SignInSlowedError => 429,
        StoreFullError => 507,
        UnexpectedError => 500,
        _ => error.Kind switch
        {
            ErrorKind.Invalid => 400,
            ErrorKind.Forbidden or ErrorKind.NotTrusted => 403,
            ErrorKind.NotFound => 404,
            ErrorKind.Conflict => 409,
            ErrorKind.Rejected => 422,
            ErrorKind.Unavailable => 503,
            ErrorKind.Corrupt => error is ContentMismatchError ? 422 : 500,
            _ => 500,
        },
    };

    private static string Short(string text) => text.Length <= Protocol.MaxOutcomeText ? text : text[..Protocol.MaxOutcomeText];
}
