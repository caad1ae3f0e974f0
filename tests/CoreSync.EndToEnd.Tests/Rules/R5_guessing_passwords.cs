using System.Diagnostics;
using CoreSync.Accounts;
using CoreSync.Application.Accounts;
using CoreSync.Infrastructure.Accounts;
using CoreSync.Jobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace CoreSync.EndToEnd.Tests.Rules;

/// <summary>R5: guesses are slowed down per account and address, the service that signs in rightly goes on working, and nothing tells whether an account exists.</summary>
public sealed class R5_guessing_passwords
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Many_accounts_from_one_address_are_slowed_and_the_service_works(bool isAdmin)
    {
        await using var pair = await CorePair.CreateAsync(target: FastHashesAndNoTime);
        var answers = new List<string>();

        for (var i = 0; i < 45; i++)
            answers.Add(await RawRequest.SignInAsync(pair.Target, i % 5 == 0 ? RealCore.Account : $"user{i}", "Spring2026!Spring", "127.0.0.2", isAdmin));

        Assert.All(answers.Take(20), answer => Assert.StartsWith("401 ", answer, StringComparison.Ordinal));
        Assert.All(answers.TakeLast(10), answer => Assert.StartsWith("429 ", answer, StringComparison.Ordinal));
        Assert.Contains("Retry-After", answers[^1], StringComparison.OrdinalIgnoreCase);
        await AssertServiceWorksAsync(pair);
        // What a header claims is not where it comes from.
        var forwarded = await RawRequest.SignInAsync(pair.Target, "another", "Spring2026!Spring", "127.0.0.2", isAdmin, "X-Forwarded-For: 10.1.2.3\r\nForwarded: for=10.1.2.3\r\nX-Real-IP: 10.1.2.3\r\n");
        Assert.StartsWith("429 ", forwarded, StringComparison.Ordinal);
        // Even the right password waits there.
        Assert.StartsWith("429 ", await RawRequest.SignInAsync(pair.Target, RealCore.Account, RealCore.Password, "127.0.0.2", isAdmin), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_account_from_many_addresses_does_not_lock_its_service_out()
    {
        await using var pair = await CorePair.CreateAsync(target: FastHashesAndNoTime);

        for (var address = 2; address < 42; address++)
        {
            for (var guess = 0; guess < 3; guess++)
                Assert.StartsWith("401 ", await RawRequest.SignInAsync(pair.Target, RealCore.Account, $"guess number {guess}", $"127.0.1.{address}"), StringComparison.Ordinal);
        }

        await AssertServiceWorksAsync(pair);
        Assert.Equal(120, pair.Target.Log().Count(line => line.Contains(" 7000 ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task One_account_from_one_address_is_slowed_after_five_guesses_and_others_are_not()
    {
        await using var pair = await CorePair.CreateAsync(target: FastHashesAndNoTime);
        await pair.Target.AskAsync(new AddAccount("other", Rights.View, [], RealCore.Password));
        var answers = new List<string>();

        for (var guess = 0; guess < 8; guess++)
            answers.Add(await RawRequest.SignInAsync(pair.Target, RealCore.Account, $"guess number {guess}", "127.0.0.3"));

        Assert.Equal(5, answers.Count(answer => answer.StartsWith("401 ", StringComparison.Ordinal)));
        Assert.StartsWith("429 ", answers[^1], StringComparison.Ordinal);
        Assert.StartsWith("200 ", await RawRequest.SignInAsync(pair.Target, "other", RealCore.Password, "127.0.0.3"), StringComparison.Ordinal);
        await AssertServiceWorksAsync(pair);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Accounts_that_exist_and_that_do_not_are_answered_alike(bool isAdmin)
    {
        await using var pair = await CorePair.CreateAsync(target: FastHashesAndNoTime);
        await pair.Target.AskAsync(new AddAccount("disabled", Rights.Edit, [], RealCore.Password));
        await pair.Target.AskAsync(new SetAccountEnabled("disabled", false));
        await pair.Target.AskAsync(new AddAccount("powerless", Rights.Edit, [], RealCore.Password));
        await pair.Target.AskAsync(new SetAccountRights("powerless", Rights.None, null));

        var wrong = await RawRequest.SignInAsync(pair.Target, RealCore.Account, "a wrong password", "127.0.0.2", isAdmin);

        Assert.StartsWith("401 ", wrong, StringComparison.Ordinal);
        Assert.Equal(wrong, await RawRequest.SignInAsync(pair.Target, "nobody", "a wrong password", "127.0.0.3", isAdmin));
        Assert.Equal(wrong, await RawRequest.SignInAsync(pair.Target, "disabled", RealCore.Password, "127.0.0.4", isAdmin));
        Assert.Equal(wrong, await RawRequest.SignInAsync(pair.Target, "powerless", RealCore.Password, "127.0.0.5", isAdmin));
        Assert.Equal(wrong, await RawRequest.SignInAsync(pair.Target, "*)(uid=*", "a wrong password", "127.0.0.6", isAdmin));
    }

    // Medians of interleaved attempts: whatever else the machine does meets both alike. An answer that skipped the password would take a hundredth of the time.
    [Fact]
    public async Task Nor_does_the_time_of_an_answer_tell()
    {
        await using var pair = await CorePair.CreateAsync();
        var (existing, unknown) = (new List<double>(), new List<double>());
        await RawRequest.SignInAsync(pair.Target, "warm", "a wrong password");

        for (var i = 2; i < 17; i++)
        {
            existing.Add(await TimeAsync(pair.Target, RealCore.Account, $"127.0.2.{i}"));
            unknown.Add(await TimeAsync(pair.Target, $"nobody{i}", $"127.0.3.{i}"));
        }

        var ratio = Median(existing) / Median(unknown);
        Assert.True(ratio is > 0.5 and < 2, $"an existing account takes {Median(existing):0.0} ms, an unknown one {Median(unknown):0.0} ms");
    }

    // The waits are counted on a clock that stands still: none of them ends while the test is at it, however busy the machine is.
    private static void FastHashesAndNoTime(IServiceCollection services) =>
        services.AddSingleton<IPasswordHasher, QuickHasher>().AddSingleton(new SignInThrottle(new FakeTimeProvider(TimeProvider.System.GetUtcNow())));

    private static async Task<double> TimeAsync(RealCore core, string user, string from)
    {
        var clock = Stopwatch.StartNew();
        Assert.StartsWith("401 ", await RawRequest.SignInAsync(core, user, "a wrong password", from), StringComparison.Ordinal);
        return clock.Elapsed.TotalMilliseconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static async Task AssertServiceWorksAsync(CorePair pair)
    {
        var item = await pair.Source.PutAsync("queries", $"query {Guid.NewGuid()}", "{}");
        Assert.Equal(SyncJobState.Succeeded, (await pair.Source.SyncedAsync()).State);
        Assert.NotNull(await pair.Target.FindAsync(item));
    }

    /// <summary>Hashes without the slowness that hundreds of guesses would add up.</summary>
    private sealed class QuickHasher : IPasswordHasher
    {
        public string Hash(string password) => "quick:" + password;

        public bool Verify(string hash, string password) => hash == "quick:" + password;
    }
}
