#pragma warning disable CA1416 // what is Unix only is skipped elsewhere
using System.Net;
using CoreSync.Accounts;
using CoreSync.Application;
using CoreSync.Application.Accounts;
using CoreSync.Errors;
using CoreSync.Infrastructure.Accounts;
using CoreSync.Servers;
using CoreSync.Testing;
using CoreSync.Testing.Tls;
using CsCheck;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace CoreSync.Infrastructure.Tests.Accounts;

public sealed class PasswordHasherTests
{
    [Fact]
    public void A_hash_fits_its_password_alone_and_is_salted()
    {
        var hasher = new IdentityPasswordHasher();
        var hash = hasher.Hash("correct horse battery");

        Assert.True(hasher.Verify(hash, "correct horse battery"));
        Assert.False(hasher.Verify(hash, "correct horse batterx"));
        Assert.False(hasher.Verify(hash, ""));
        Assert.NotEqual(hash, hasher.Hash("correct horse battery"));
    }

    [Fact]
    public void The_hash_names_its_algorithm_and_rounds()
    {
        var hash = Convert.FromBase64String(new IdentityPasswordHasher().Hash("p"));

        // Identity's version 3: marker, PRF (2 is HMAC-SHA-512), rounds, salt length; all big-endian.
        Assert.Equal(1, hash[0]);
        Assert.Equal(2, System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(1)));
        Assert.True(System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(5)) >= 220_000);
        Assert.True(System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(9)) >= 16);
    }

    [Theory]
    [InlineData("pässwörd ünïcode 密码")]
    [InlineData("a:b:c with colons")]
    public void No_password_is_cut_short(string password)
    {
        var hasher = new IdentityPasswordHasher();
        var longer = password + new string('x', 1000);

        Assert.True(hasher.Verify(hasher.Hash(longer), longer));
        Assert.False(hasher.Verify(hasher.Hash(longer), longer + "y"));
    }
}

public sealed class BuiltInAccountDirectoryTests
{
    private readonly MemoryStores stores = new() { Current = null! };

    [Fact]
    public async Task A_right_password_gives_the_account_and_everything_else_one_answer()
    {
        using var directory = new BuiltInAccountDirectory(stores, new IdentityPasswordHasher());
        await AddAsync("ann", "the right password", Rights.Edit);
        await AddAsync("off", "the right password", Rights.None);

        var right = await directory.AuthenticateAsync("ANN", "the right password", CancellationToken.None);
        var wrong = await directory.AuthenticateAsync("ann", "the wrong password", CancellationToken.None);
        var unknown = await directory.AuthenticateAsync("bob", "the right password", CancellationToken.None);
        var disabled = await directory.AuthenticateAsync("off", "the right password", CancellationToken.None);

        Assert.Equal("ann", right.Value.Name);
        foreach (var refused in new[] { wrong, unknown, disabled })
            Assert.Equal(new SignInRefusedError().Message, Assert.IsType<SignInRefusedError>(refused.FirstError()).Message);
    }

    [Fact]
    public async Task An_unknown_account_costs_a_verification_too()
    {
        var hasher = new CountingHasher();
        using var directory = new BuiltInAccountDirectory(stores, hasher);
        await AddAsync("ann", "p", Rights.Edit);

        await directory.AuthenticateAsync("ann", "guess", CancellationToken.None);
        await directory.AuthenticateAsync("nobody", "guess", CancellationToken.None);

        Assert.Equal(2, hasher.Verified);
    }

    private Task<FluentResults.Result> AddAsync(string name, string password, Rights rights) =>
        stores.AddAsync(new Account(name, rights, [], "s"), new IdentityPasswordHasher().Hash(password), CancellationToken.None);

    private sealed class CountingHasher : IPasswordHasher
    {
        public int Verified { get; private set; }

        public string Hash(string password) => "";

        public bool Verify(string hash, string password)
        {
            Verified++;
            return false;
        }
    }
}

public sealed class SignInThrottleTests
{
    private static readonly IPAddress Attacker = IPAddress.Parse("192.0.2.66");
    private static readonly IPAddress Service = IPAddress.Parse("192.0.2.10");

    private readonly FakeTimeProvider time = new();
    private readonly SignInThrottle throttle;

    public SignInThrottleTests() => throttle = new SignInThrottle(time);

    [Fact]
    public void Ten_thousand_guesses_take_weeks()
    {
        var guesses = 0;
        var started = time.GetUtcNow();
        while (guesses < 10_000 && time.GetUtcNow() - started < TimeSpan.FromDays(1))
        {
            if (throttle.Begin("admin", Attacker) is { } wait)
                time.Advance(wait);
            else
                guesses++;
        }

        Assert.InRange(guesses, 5, 150);
    }

    [Fact]
    public void Guessing_many_accounts_from_one_address_is_slowed_too()
    {
        var guesses = 0;
        var started = time.GetUtcNow();
        for (var i = 0; i < 100_000 && time.GetUtcNow() - started < TimeSpan.FromDays(1); i++)
        {
            if (throttle.Begin("account " + i, Attacker) is { } wait)
                time.Advance(wait);
            else
                guesses++;
        }

        Assert.InRange(guesses, 30, 200);
    }

    [Fact]
    public void Guesses_from_elsewhere_do_not_keep_the_service_out()
    {
        for (var i = 0; i < 1000; i++)
            throttle.Begin("sync", Attacker);

        Assert.NotNull(throttle.Begin("sync", Attacker));
        Assert.Null(throttle.Begin("sync", Service));
        throttle.Succeeded("sync", Service);
    }

    [Fact]
    public void A_service_that_signs_in_often_is_never_slowed()
    {
        for (var i = 0; i < 1000; i++)
        {
            Assert.Null(throttle.Begin("sync", Service));
            throttle.Succeeded("sync", Service);
        }
    }

    [Fact]
    public void Many_guesses_at_once_gain_nothing()
    {
        var begun = 0;
        Parallel.For(0, 500, _ =>
        {
            if (throttle.Begin("sync", Attacker) is null)
                Interlocked.Increment(ref begun);
        });

        Assert.Equal(SignInThrottle.FreePerAccount, begun);
    }

    [Fact]
    public void The_case_of_a_name_makes_no_new_account_and_an_IPv6_neighbour_no_new_address()
    {
        for (var i = 0; i < SignInThrottle.FreePerAccount; i++)
            Assert.Null(throttle.Begin(i % 2 == 0 ? "sync" : "SYNC", IPAddress.Parse($"2001:db8::{i + 1}")));

        Assert.NotNull(throttle.Begin("Sync", IPAddress.Parse("2001:db8::ffff")));
        Assert.Null(throttle.Begin("Sync", IPAddress.Parse("2001:db8:0:1::1")));
    }

    [Fact]
    public void Memory_stays_bounded()
    {
        for (var i = 0; i < SignInThrottle.MaxEntries * 2; i++)
            throttle.Begin("account " + i, new IPAddress(0x0A000000L + i));

        Assert.InRange(throttle.Count, 1, SignInThrottle.MaxEntries + 1);
    }
}

public sealed class KeyRingTests : IDisposable
{
    private readonly TempDirectory directory = new();

    [Fact]
    public void A_secret_is_read_by_another_process_of_the_same_core_and_for_its_purpose_alone()
    {
        var data = Protector().Protect("credential/1", "päss:word\0");

        Assert.Equal("päss:word\0", Protector().Unprotect("credential/1", data));
        Assert.IsType<SecretUnreadableError>(Assert.Throws<CoreSyncException>(() => Protector().Unprotect("credential/2", data)).Error);
        Assert.DoesNotContain("word", System.Text.Encoding.UTF8.GetString(data), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_made_by_another_process_meanwhile_is_found()
    {
        var early = Protector();
        early.Protect("x", "makes the first key");
        foreach (var key in KeyFiles())
            File.Delete(key);
        var data = Protector().Protect("x", "of a newer key");

        Assert.Equal("of a newer key", early.Unprotect("x", data));
    }

    [Fact]
    public void Without_its_key_a_secret_is_unreadable_by_name()
    {
        var data = Protector().Protect("credential", "s");
        foreach (var key in KeyFiles())
            File.Delete(key);

        Assert.IsType<SecretUnreadableError>(Assert.Throws<CoreSyncException>(() => Protector().Unprotect("credential", data)).Error);
    }

    [Fact]
    public void Altered_data_is_refused()
    {
        var protector = Protector();
        var data = protector.Protect("credential", "secret");

        Gen.Int[0, data.Length - 1].Select(Gen.Byte[1, 255]).Sample((at, mask) =>
        {
            var altered = data.ToArray();
            altered[at] ^= mask;
            return Record.Exception(() => protector.Unprotect("credential", altered)) is CoreSyncException { Error: SecretUnreadableError };
        }, iter: 50);
    }

    [Fact]
    public void Keys_are_readable_by_their_owner_alone_and_refused_otherwise()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Modes exist on Unix only");
        var data = Protector().Protect("x", "y");

        var key = Assert.Single(KeyFiles());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.GroupRead);

        Assert.IsType<IdentityUnusableError>(Assert.Throws<CoreSyncException>(() => Protector().Protect("x", "y")).Error);
        Assert.IsType<IdentityUnusableError>(Assert.Throws<CoreSyncException>(() => Protector().Unprotect("x", data)).Error);
        Assert.IsType<IdentityUnusableError>(Assert.Throws<CoreSyncException>(() => Ring().Check()).Error);
    }

    [Fact]
    public async Task A_token_is_bound_to_account_stamp_and_time()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var stores = new MemoryStores { Current = null! };
        using var accounts = new BuiltInAccountDirectory(stores, new IdentityPasswordHasher());
        var tokens = new AccessTokens(Ring(), accounts, time);
        var account = new Account("sync", Rights.Edit, [], "stamp 1");
        var source = new CoreId(Guid.NewGuid());
        await stores.AddAsync(account, "", CancellationToken.None);
        var token = tokens.Issue(account, source);

        Assert.Equal(source, (await tokens.CheckAsync(token, CancellationToken.None)).Value.Source);
        await stores.AddAsync(account with { Rights = Rights.View }, "", CancellationToken.None);
        Assert.Equal(Rights.View, (await tokens.CheckAsync(token, CancellationToken.None)).Value.Account.Rights);

        await stores.AddAsync(account with { Stamp = "stamp 2" }, "", CancellationToken.None);
        Assert.IsType<TokenInvalidError>((await tokens.CheckAsync(token, CancellationToken.None)).FirstError());
        await stores.AddAsync(account, "", CancellationToken.None);
        time.Advance(AccessTokens.Lifetime);
        Assert.IsType<TokenInvalidError>((await tokens.CheckAsync(token, CancellationToken.None)).FirstError());
    }

    [Theory]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("not base64!")]
    [InlineData("..")]
    public async Task What_is_no_token_is_refused(string token)
    {
        using var accounts = new BuiltInAccountDirectory(new MemoryStores { Current = null! }, new IdentityPasswordHasher());
        var tokens = new AccessTokens(Ring(), accounts, TimeProvider.System);

        Assert.IsType<TokenInvalidError>((await tokens.CheckAsync(token, CancellationToken.None)).FirstError());
        Assert.IsType<TokenInvalidError>((await tokens.CheckAsync(new string('A', 100_000), CancellationToken.None)).FirstError());
    }

    public void Dispose() => directory.Dispose();

    private string[] KeyFiles() => Directory.GetFiles(directory.At("keys"), "*.xml");

    private KeyRing Ring() => new(Options.Create(new CoreSyncOptions { DataDirectory = directory.Path }));

    private DataProtectionSecretProtector Protector() => new(Ring());
}
