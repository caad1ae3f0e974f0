using CoreSync.Accounts;
using CoreSync.Application.Accounts;
using CoreSync.Application.Targets;
using CoreSync.Errors;
using CoreSync.Infrastructure.Accounts;
using CoreSync.Infrastructure.Tests.Wire;
using CoreSync.Servers;
using CoreSync.Testing.Tls;
using FluentResults;
using Microsoft.Extensions.Time.Testing;

namespace CoreSync.Infrastructure.Tests.Accounts;

/// <summary>Built-in accounts first, then a directory outside; whatever refuses, the answer is the same.</summary>
public sealed class AccountDirectoriesTests : IDisposable
{
    private readonly FakeTimeProvider time = new();
    private readonly MemoryStores stores = new()
    {
        Current = new LocalCore(new CoreId(Guid.NewGuid()), Fqdn.Parse("target.example.net").Value, CoreRole.Standard, Guid.NewGuid(), "unused", DateTimeOffset.UnixEpoch),
    };

    private readonly Outside outside = new();
    private readonly BuiltInAccountDirectory builtIn;

    public AccountDirectoriesTests()
    {
        builtIn = new BuiltInAccountDirectory(stores, new FastPasswordHasher());
        stores.AddAsync(new Account("local", Rights.Edit, [], "s"), "fast:right", CancellationToken.None);
        stores.AddAsync(new Account("disabled", Rights.Edit, [], "s") { IsEnabled = false }, "fast:right", CancellationToken.None);
    }

    [Fact]
    public async Task A_built_in_account_needs_no_directory_outside()
    {
        outside.Error = new AccountDirectoryUnavailableError("ldap", "down");

        Assert.Equal("local", (await Directories().AuthenticateAsync("local", "right", CancellationToken.None)).Value.Name);
        Assert.Equal("local", (await Directories().FindAsync("local", CancellationToken.None))!.Name);
        Assert.Empty(outside.Asked);
    }

    [Theory]
    [InlineData("local")]
    [InlineData("disabled")]
    public async Task The_password_of_a_built_in_account_never_goes_outside(string name)
    {
        outside.Accounts[name] = new Account(name, Rights.ConsoleAdministrator, [], "o");

        var refused = await RefusalAsync(name, "wrong");

        Assert.True(refused.HasError<SignInRefusedError>());
        Assert.Equal(new (string, string?)[] { (name, null) }, outside.Asked);
    }

    [Fact]
    public async Task A_disabled_account_is_not_found_outside_instead()
    {
        outside.Accounts["disabled"] = new Account("disabled", Rights.ConsoleAdministrator, [], "o");

        Assert.Null(await Directories().FindAsync("disabled", CancellationToken.None));
    }

    [Fact]
    public async Task An_entry_outside_does_not_act_under_a_built_in_name()
    {
        outside.Accounts["alias"] = new Account("local", Rights.ConsoleAdministrator, [], "o");

        Assert.True((await RefusalAsync("alias", "right")).HasError<SignInRefusedError>());
    }

    // R5: what a refusal costs depends on where a name is known; its time does not.
    [Theory]
    [InlineData("local")]
    [InlineData("disabled")]
    [InlineData("outside")]
    [InlineData("nobody")]
    public async Task A_refusal_waits_for_the_next_half_second(string name)
    {
        outside.Accounts["outside"] = new Account("outside", Rights.Edit, [], "o");
        var refusal = Directories().AuthenticateAsync(name, "wrong", CancellationToken.None);
        await outside.Answered.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

        time.Advance(TimeSpan.FromMilliseconds(499));
        Assert.False(refusal.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.True((await refusal.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken)).HasError<SignInRefusedError>());
    }

    [Theory]
    [InlineData("local")]
    [InlineData("nobody")]
    public async Task A_directory_that_cannot_be_asked_is_told_whoever_asks(string name)
    {
        outside.Error = new AccountDirectoryUnavailableError("ldap", "down");

        Assert.True((await RefusalAsync(name, "wrong")).HasError<AccountDirectoryUnavailableError>());
    }

    [Fact]
    public async Task Rights_are_never_assumed_while_the_directory_is_down()
    {
        outside.Error = new AccountDirectoryUnavailableError("ldap", "down");

        var thrown = await Assert.ThrowsAsync<CoreSyncException>(() => Directories().FindAsync("outside", CancellationToken.None));

        Assert.IsType<AccountDirectoryUnavailableError>(thrown.Error);
    }

    public void Dispose() => builtIn.Dispose();

    private AccountDirectories Directories() => new(builtIn, stores, [outside], time);

    private async Task<Result<Account>> RefusalAsync(string name, string password)
    {
        var refusal = Directories().AuthenticateAsync(name, password, CancellationToken.None);
        await outside.Answered.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        while (!refusal.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(500));
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        return await refusal;
    }

    /// <summary>A directory that answers as told and remembers what it was asked.</summary>
    private sealed class Outside : IOuterDirectory
    {
        private readonly TaskCompletionSource answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Dictionary<string, Account> Accounts { get; } = [];

        public List<(string Name, string? Password)> Asked { get; } = [];

        public CoreSyncError? Error { get; set; }

        public Task Answered => answered.Task;

        public Task<bool> IsConfiguredAsync(CancellationToken cancellationToken) => Task.FromResult(true);

        public Task<Result<Account>> AuthenticateAsync(string name, string? password, CancellationToken cancellationToken)
        {
            Asked.Add((name, password));
            answered.TrySetResult();
            if (Error is not null)
                return Task.FromResult(Result.Fail<Account>(Error));
            return Task.FromResult(password == "right" && Accounts.TryGetValue(name, out var account) ? Result.Ok(account) : Result.Fail<Account>(new SignInRefusedError()));
        }

        public Task<Result<Account?>> FindAsync(string name, CancellationToken cancellationToken) =>
            Task.FromResult(Error is null ? Result.Ok(Accounts.GetValueOrDefault(name)) : Result.Fail<Account?>(Error));

        public Task<IReadOnlyList<ConnectionStep>> TestAsync(string name, string? password, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<ConnectionStep>>([]);
    }
}
