using System.Diagnostics;
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

    // A process that is being started has every open file for a moment, locks among them.
    [Fact]
    public async Task A_lock_given_back_is_free_at_once_though_processes_are_being_started()
    {
        using var end = new CancellationTokenSource();
        var starting = Task.Run(
            () =>
            {
                while (!end.IsCancellationRequested)
                {
                    using var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, "--version") { RedirectStandardOutput = true, RedirectStandardError = true })!;
                    child.Kill();
                    child.WaitForExit();
                }
            },
            CancellationToken.None);
        var refused = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var taken = Lock.TryAcquire();
            if (taken.IsSuccess)
                taken.Value.Dispose();
            else
                refused++;
        }

        await end.CancelAsync();
        await starting;
        Assert.Equal(0, refused);
    }

    [Fact]
    public void A_refused_attempt_does_not_end_the_lock_of_the_holder()
    {
        using var held = Lock.TryAcquire().Value;
        Assert.True(Lock.TryAcquire().IsFailed);

        Assert.True(Lock.TryAcquire().IsFailed);
    }
}
