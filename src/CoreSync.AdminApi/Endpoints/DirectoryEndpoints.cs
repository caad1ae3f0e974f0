using CoreSync.Accounts;
using CoreSync.AdminApi.Access;
using CoreSync.AdminApi.Shapes;
using CoreSync.Application.Accounts;
using Microsoft.AspNetCore.Http;

namespace CoreSync.AdminApi.Endpoints;

/// <summary>The LDAP directory of accounts (R3): groups with rights on this core, and whether it can be asked.</summary>
internal static class DirectoryEndpoints
{
    private const string Groups = "/directory/groups";

    public static void Map(ApiMap api)
    {
        api.Get(Groups, Rights.ConsoleAdministrator, "Lists the groups of the LDAP directory that have rights here.",
            exchange => exchange.AnswerListAsync(new ListDirectoryGroups(), "account-group-list", CoreJson.DirectoryGroup)).Answers(ApiShapes.DirectoryGroups);
        api.Post(Groups, Rights.ConsoleAdministrator, "Gives rights to the members of a group.", AddAsync)
            .Reads<AddGroupBody>().Answers(ApiShapes.DirectoryGroup.Named("account-group-add"), StatusCodes.Status201Created)
            .Fails("account.group-invalid", "account.group-duplicate", "component.name-invalid");
        // A distinguished name may hold any character: in a path it would be read in more than one way.
        api.Delete(Groups, Rights.ConsoleAdministrator, "Takes the rights of a group away; its members lose them within five seconds.", RemoveAsync)
            .Takes("name", "The distinguished name of the group, in any spelling.").Fails("account.group-invalid", "account.group-not-found");
        api.Post("/directory/test", Rights.ConsoleAdministrator, "Goes through what a sign-in with an account of the LDAP directory needs, step by step.", TestAsync, AdminScope.Nothing)
            .Reads<DirectoryTestBody>().Answers(ApiShapes.DirectoryTest).Fails("account.directory-invalid");
    }

    private static async Task AddAsync(AdminExchange exchange)
    {
        var body = await exchange.ReadAsync<AddGroupBody>().ConfigureAwait(false);
        var rights = AccountEndpoints.Parse(body.Rights, allowsNone: false);
        var group = await exchange.AskAsync(new AddDirectoryGroup(body.Name, rights, body.Components ?? [])).ConfigureAwait(false);
        await exchange.AnswerAsync("account-group-add", CoreJson.DirectoryGroup(group), StatusCodes.Status201Created).ConfigureAwait(false);
    }

    private static Task RemoveAsync(AdminExchange exchange) =>
        exchange.DoAsync(new RemoveDirectoryGroup(exchange.Query("name") ?? throw AdminExchange.Invalid("name is missing: the distinguished name of the group")));

    private static async Task TestAsync(AdminExchange exchange)
    {
        var body = await exchange.ReadAsync<DirectoryTestBody>().ConfigureAwait(false);
        await exchange.AnswerAsync(new TestDirectory(body.User, body.Password), "ldap-test", steps => CoreJson.DirectoryTest(body.User, steps)).ConfigureAwait(false);
    }
}

/// <summary>A group of the LDAP directory.</summary>
/// <param name="Name">Its distinguished name.</param>
/// <param name="Rights">view, edit, trust or console-administrator.</param>
/// <param name="Components">Components that its members may write; all if not given.</param>
internal sealed record AddGroupBody(string Name, string Rights, IReadOnlyList<string>? Components = null);

/// <summary>An account of the LDAP directory.</summary>
/// <param name="User">Its name, as somebody would type it.</param>
/// <param name="Password">Tried too when given.</param>
internal sealed record DirectoryTestBody(string User, string? Password = null)
{
    public override string ToString() => $"DirectoryTestBody {{ User = {User} }}";
}
