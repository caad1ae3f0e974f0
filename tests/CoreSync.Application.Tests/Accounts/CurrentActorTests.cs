using Microsoft.Extensions.Options;

namespace CoreSync.Application.Tests.Accounts;

public sealed class CurrentActorTests
{
    private static readonly Actor Host = new("host", "service");
    private readonly CurrentActor current = new(Options.Create(new CoreSyncOptions { Actor = Host }));

    [Fact]
    public void A_call_that_nobody_claimed_is_the_hosts_own()
    {
        Assert.Equal(Host, current.Actor);
    }

    [Fact]
    public async Task Two_calls_at_once_act_each_in_the_name_of_its_own_person()
    {
        var meeting = new TaskCompletionSource();

        var first = ActAsync("amina", meeting.Task);
        var second = ActAsync("bruno", meeting.Task);
        meeting.SetResult();

        Assert.Equal(["amina", "bruno"], await Task.WhenAll(first, second));
        Assert.Equal(Host, current.Actor);
    }

    [Fact]
    public void The_end_of_a_turn_gives_the_name_back_to_whoever_had_it()
    {
        using (current.Act(new Actor("amina", "192.0.2.1")))
        {
            using (current.Act(new Actor("bruno", "192.0.2.2")))
                Assert.Equal("bruno", current.Actor.Name);

            Assert.Equal("amina", current.Actor.Name);
        }

        Assert.Equal(Host, current.Actor);
    }

    private async Task<string> ActAsync(string name, Task meeting)
    {
        using var turn = current.Act(new Actor(name, "192.0.2.1"));
        await meeting;
        return current.Actor.Name;
    }
}
