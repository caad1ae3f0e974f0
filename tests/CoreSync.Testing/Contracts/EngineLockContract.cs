using System.Globalization;
using CoreSync.Application.Cores;
using CoreSync.Errors;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace CoreSync.Testing.Contracts;

/// <summary>What every engine lock does.</summary>
public abstract class EngineLockContract : StoreContract
{
    private IEngineLock Lock => Store.Services.GetRequiredService<IEngineLock>();

    [Fact]
    public void The_second_is_refused_and_told_who_holds_it()
    {
        using var held = Lock.TryAcquire().Value;

        var second = Lock.TryAcquire();

        var error = Assert.Single(second.Errors.OfType<StoreLockedError>());
        Assert.Contains(Environment.ProcessId.ToString(CultureInfo.InvariantCulture), error.Holder, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lock_given_back_can_be_taken_again()
    {
        Lock.TryAcquire().Value.Dispose();

        using var again = Lock.TryAcquire().Value;

        Assert.NotNull(again);
    }

    [Fact]
    public void A_refused_attempt_does_not_end_the_lock_of_the_holder()
    {
        using var held = Lock.TryAcquire().Value;
        Assert.True(Lock.TryAcquire().IsFailed);

        Assert.True(Lock.TryAcquire().IsFailed);
    }
}
