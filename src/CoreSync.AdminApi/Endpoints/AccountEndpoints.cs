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
            exchange => exchange.DoAsync(new RemoveAccount(exchange.Route("name")))).Fails("account.not-found");
        api.Put("/accounts/{name}/password", Rights.ConsoleAdministrator, "Changes a password; sessions and tokens of the account are void at once.", SetPasswordAsync)
            .Reads<PasswordBody>().Fails("account.not-found", "account.password-invalid");
        api.Put("/credentials", Rights.ConsoleAdministrator, "Sets the account that this core uses on its targets; it cannot be read back.", SetCredentialAsync)
            .Reads<CredentialBody>().Answers(ApiShapes.CredentialSet).Fails("target.not-found", "credentials.invalid");
        api.Delete("/credentials", Rights.ConsoleAdministrator, "Removes a credential.", ClearCredentialAsync)
            .Takes("target", "That of this target only; the default if not given.").Takes("scheduler", "true: that of the scheduler service.").Answers(ApiShapes.CredentialClear).Fails("target.not-found");
        api.Post("/credentials/test", Rights.Edit, "Signs in at every target, or one, and tells the outcome; sends nothing else.", TestAsync, AdminScope.Nothing)
            .Takes("target", "One target; all if not given.").Answers(ApiShapes.CredentialTests).Fails("target.not-found", "sync.no-targets");
    }

    private static async Task AddAsync(AdminExchange exchange)
    {
        var body = await exchange.ReadAsync<AddAccountBody>().ConfigureAwait(false);
        var rights = Enum.GetValues<Rights>().Where(value => value != Rights.None && CoreJson.Rights(value) == body.Rights).Cast<Rights?>().FirstOrDefault()
            ?? throw AdminExchange.Invalid($"rights is view, edit, trust or console-administrator, not '{body.Rights}'");
        var account = await exchange.AskAsync(new AddAccount(body.Name, rights, body.Components ?? [], body.Password)).ConfigureAwait(false);
        await exchange.AnswerAsync("account-add", CoreJson.Account(account), StatusCodes.Status201Created).ConfigureAwait(false);
    }

    private static async Task SetPasswordAsync(AdminExchange exchange)
    {
        var body = await exchange.ReadAsync<PasswordBody>().ConfigureAwait(false);
        await exchange.DoAsync(new SetAccountPassword(exchange.Route("name"), body.Password)).ConfigureAwait(false);
    }

    private static async Task SetCredentialAsync(AdminExchange exchange)
    {
        var body = await exchange.ReadAsync<CredentialBody>().ConfigureAwait(false);
        await exchange.DoAsync(new SetCredential(body.Target, body.Scheduler ?? false, body.User, body.Password)).ConfigureAwait(false);
        var json = CoreJson.CredentialScope(body.Target, body.Scheduler ?? false, ldap: false);
        json["user"] = body.User;
        await exchange.AnswerAsync("credential-set", json).ConfigureAwait(false);
    }

    private static async Task ClearCredentialAsync(AdminExchange exchange)
    {
        var cleared = await exchange.AskAsync(new ClearCredential(exchange.Query("target"), exchange.Flag("scheduler"))).ConfigureAwait(false);
        var json = CoreJson.CredentialScope(exchange.Query("target"), exchange.Flag("scheduler"), ldap: false);
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

/// <summary>The account that this core uses on its targets.</summary>
/// <param name="User">User name there.</param>
/// <param name="Password">Password there.</param>
/// <param name="Target">For this target only; the default if not given.</param>
/// <param name="Scheduler">For the scheduler service.</param>
internal sealed record CredentialBody(string User, string Password, string? Target = null, bool? Scheduler = null)
{
    public override string ToString() => $"CredentialBody {{ User = {User} }}";
}
