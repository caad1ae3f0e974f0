using CoreSync.Accounts;
using CoreSync.AdminApi.Access;
using CoreSync.AdminApi.Shapes;
using CoreSync.Application.Accounts;
using Microsoft.AspNetCore.Http;

namespace CoreSync.AdminApi.Endpoints;

/// <summary>Accounts of this core, and the credentials that it uses on others. Passwords come in and never go out.</summary>
internal static class AccountEndpoints
{
    public static void Map(ApiMap api)
    {
        api.Get("/accounts", Rights.ConsoleAdministrator, "Lists the built-in accounts.",
            exchange => exchange.AnswerListAsync(new ListAccounts(), "account-list", CoreJson.Account)).Answers(ApiShapes.Accounts);
        api.Post("/accounts", Rights.ConsoleAdministrator, "Adds a built-in account.", AddAsync)
            .Reads<AddAccountBody>().Answers(ApiShapes.Account.Named("account-add"), StatusCodes.Status201Created)
            .Fails("account.name-invalid", "account.password-invalid", "account.duplicate", "component.name-invalid");
        api.Delete("/accounts/{name}", Rights.ConsoleAdministrator, "Removes a built-in account; its sessions and tokens are void at once.",
            exchange => exchange.DoAsync(new RemoveAccount(exchange.Route("name")))).Fails("account.not-found", "account.own");
        api.Put("/accounts/{name}/password", Rights.ConsoleAdministrator, "Changes a password; sessions and tokens of the account are void at once.", SetPasswordAsync)
            .Reads<PasswordBody>().Fails("account.not-found", "account.password-invalid");
        api.Patch("/accounts/{name}", Rights.ConsoleAdministrator, "Changes what a built-in account may do; its sessions and tokens are void at once.", SetRightsAsync)
            .Reads<AccountRightsBody>().Answers(ApiShapes.Account.Named("account-set-rights")).Fails("account.not-found", "account.own", "component.name-invalid", "usage.invalid");
        api.Post("/accounts/{name}/disable", Rights.ConsoleAdministrator, "Disables a built-in account; its sessions and tokens are void at once, its password and rights stay.",
            exchange => EnableAsync(exchange, "account-disable", isEnabled: false)).Answers(ApiShapes.Account.Named("account-disable")).Fails("account.not-found", "account.own");
        api.Post("/accounts/{name}/enable", Rights.ConsoleAdministrator, "Enables a built-in account again.",
            exchange => EnableAsync(exchange, "account-enable", isEnabled: true)).Answers(ApiShapes.Account.Named("account-enable")).Fails("account.not-found");
        api.Get("/credentials", Rights.ConsoleAdministrator, "Lists the accounts that this core uses on others, never a password.",
            exchange => exchange.AnswerListAsync(new ListCredentials(), "credential-list", CoreJson.Credential)).Answers(ApiShapes.Credentials);
        api.Put("/credentials", Rights.ConsoleAdministrator, "Sets the account that this core uses on its targets, or at the LDAP directory; its password cannot be read back.", SetCredentialAsync)
            .Reads<CredentialBody>().Answers(ApiShapes.CredentialSet).Fails("target.not-found", "credentials.invalid", "usage.invalid");
        api.Delete("/credentials", Rights.ConsoleAdministrator, "Removes a credential.", ClearCredentialAsync)
            .Takes("target", "That of this target only; the default if not given.").Takes("scheduler", "true: that of the scheduler service.")
            .Takes("ldap", "true: that for looking up accounts in the LDAP directory.").Answers(ApiShapes.CredentialClear).Fails("target.not-found", "credentials.invalid", "usage.invalid");
        api.Post("/credentials/test", Rights.Edit, "Signs in at every target, or one, and tells the outcome; sends nothing else.", TestAsync, AdminScope.Nothing)
            .Takes("target", "One target; all if not given.").Answers(ApiShapes.CredentialTests).Fails("target.not-found", "sync.no-targets");
    }

    private static async Task AddAsync(AdminExchange exchange)
    {
        var body = await exchange.ReadAsync<AddAccountBody>().ConfigureAwait(false);
        var rights = Parse(body.Rights, allowsNone: false);
        var account = await exchange.AskAsync(new AddAccount(body.Name, rights, body.Components ?? [], body.Password)).ConfigureAwait(false);
        await exchange.AnswerAsync("account-add", CoreJson.Account(account), StatusCodes.Status201Created).ConfigureAwait(false);
    }

    /// <summary>Rights by their name.</summary>
    /// <param name="rights">The name.</param>
    /// <param name="allowsNone">An account may be left without rights; nothing is added without.</param>
    /// <exception cref="Errors.CoreSyncException">With <c>ApiRequestInvalidError</c>.</exception>
    public static Rights Parse(string rights, bool allowsNone)
    {
        var allowed = Enum.GetValues<Rights>().Where(value => allowsNone || value != Rights.None).ToList();
        return allowed.Where(value => CoreJson.Rights(value) == rights).Cast<Rights?>().FirstOrDefault()
            ?? throw AdminExchange.Invalid($"rights is one of {string.Join(", ", allowed.Select(CoreJson.Rights))}, not '{rights}'");
    }

    private static async Task SetRightsAsync(AdminExchange exchange)
    {
        var body = await exchange.ReadAsync<AccountRightsBody>().ConfigureAwait(false);
        Rights? rights = body.Rights is null ? null : Parse(body.Rights, allowsNone: true);
        await exchange.AnswerAsync(new SetAccountRights(exchange.Route("name"), rights, body.Components), "account-set-rights", CoreJson.Account).ConfigureAwait(false);
    }

    private static Task EnableAsync(AdminExchange exchange, string schema, bool isEnabled) =>
        exchange.AnswerAsync(new SetAccountEnabled(exchange.Route("name"), isEnabled), schema, CoreJson.Account);

    private static async Task SetPasswordAsync(AdminExchange exchange)
    {
        var body = await exchange.ReadAsync<PasswordBody>().ConfigureAwait(false);
        await exchange.DoAsync(new SetAccountPassword(exchange.Route("name"), body.Password)).ConfigureAwait(false);
    }

    private static async Task SetCredentialAsync(AdminExchange exchange)
    {
        var body = await exchange.ReadAsync<CredentialBody>().ConfigureAwait(false);
        await exchange.DoAsync(new SetCredential(body.Target, body.Scheduler ?? false, body.User, body.Password, body.Ldap ?? false)).ConfigureAwait(false);
        var json = CoreJson.CredentialScope(body.Target, body.Scheduler ?? false, body.Ldap ?? false);
        json["user"] = body.User;
        await exchange.AnswerAsync("credential-set", json).ConfigureAwait(false);
    }

    private static async Task ClearCredentialAsync(AdminExchange exchange)
    {
        var cleared = await exchange.AskAsync(new ClearCredential(exchange.Query("target"), exchange.Flag("scheduler"), exchange.Flag("ldap"))).ConfigureAwait(false);
        var json = CoreJson.CredentialScope(exchange.Query("target"), exchange.Flag("scheduler"), exchange.Flag("ldap"));
        json["cleared"] = cleared;
        await exchange.AnswerAsync("credential-clear", json).ConfigureAwait(false);
    }

    private static Task TestAsync(AdminExchange exchange) =>
        exchange.AnswerListAsync(new TestCredential(exchange.Query("target")), "credential-test", CoreJson.CredentialTest);
}

/// <summary>A built-in account.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Rights">view, edit, trust or console-administrator.</param>
/// <param name="Password">12 to 1024 characters.</param>
/// <param name="Components">Components that it may write; all if not given.</param>
internal sealed record AddAccountBody(string Name, string Rights, string Password, IReadOnlyList<string>? Components = null)
{
    public override string ToString() => $"AddAccountBody {{ Name = {Name} }}";
}

/// <summary>A password.</summary>
/// <param name="Password">12 to 1024 characters.</param>
internal sealed record PasswordBody(string Password)
{
    public override string ToString() => "PasswordBody";
}

/// <summary>What a built-in account may do from now on.</summary>
/// <param name="Rights">none, view, edit, trust or console-administrator; as they are if not given.</param>
/// <param name="Components">Components that it may write, all if empty; as they are if not given.</param>
internal sealed record AccountRightsBody(string? Rights = null, IReadOnlyList<string>? Components = null);

/// <summary>The account that this core uses on its targets, or at the LDAP directory.</summary>
/// <param name="User">User name there; at the LDAP directory a distinguished name.</param>
/// <param name="Password">Password there.</param>
/// <param name="Target">For this target only; the default if not given.</param>
/// <param name="Scheduler">For the scheduler service.</param>
/// <param name="Ldap">For looking up accounts in the LDAP directory.</param>
internal sealed record CredentialBody(string User, string Password, string? Target = null, bool? Scheduler = null, bool? Ldap = null)
{
    public override string ToString() => $"CredentialBody {{ User = {User} }}";
}
