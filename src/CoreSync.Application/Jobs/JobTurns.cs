namespace CoreSync.Application.Jobs;

/// <summary>
/// Shares the places of running jobs fairly (J9): who waits longest comes next, and a job that has had its turn lets another go first at the next safe point, so that a
/// huge backlog to one target never starves the rest.
/// </summary>
internal sealed class JobTurns(TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly LinkedList<TaskCompletionSource> waiting = [];
    private readonly List<JobTurn> active = [];
    private int places = 1;
    private int taken;

    /// <summary>Waits for a place.</summary>
    /// <param name="limit">How many jobs run at a time.</param>
    /// <param name="length">How long a turn lasts when others wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Dispose it to give the place back.</returns>
    public async Task<JobTurn> EnterAsync(int limit, TimeSpan length, CancellationToken cancellationToken)
    {
        lock (gate)
            places = limit;
        var turn = new JobTurn(this, length, time);
        await TakeAsync(turn, cancellationToken).ConfigureAwait(false);
        return turn;
    }

    internal async Task TakeAsync(JobTurn turn, CancellationToken cancellationToken)
    {
        TaskCompletionSource? called = null;
        lock (gate)
        {
            if (taken < places && waiting.Count == 0)
            {
                taken++;
            }
            else
            {
                called = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                waiting.AddLast(called);
            }
        }

        if (called is not null)
        {
            Nudge();
            await WaitAsync(called, cancellationToken).ConfigureAwait(false);
        }

        lock (gate)
            active.Add(turn);
        turn.Begin();
    }

    internal void Leave(JobTurn turn)
    {
        lock (gate)
        {
            if (active.Remove(turn))
                CallNext_NeedsLock();
        }
    }

    /// <summary>Tells as many jobs as others wait, longest running first, that their turn is over.</summary>
    internal void Nudge()
    {
        List<JobTurn> told;
        lock (gate)
        {
            var leaving = active.Count(turn => turn.IsOver);
            told = [.. active.Where(turn => turn is { HasHadItsTime: true, IsOver: false }).Take(Math.Max(0, waiting.Count - leaving))];
        }

        foreach (var turn in told)
            turn.End();
    }

    private async Task WaitAsync(TaskCompletionSource called, CancellationToken cancellationToken)
    {
        try
        {
            await called.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            lock (gate)
            {
                // Called in the same moment: the place goes on to the next.
                if (!waiting.Remove(called))
                    CallNext_NeedsLock();
            }

            throw;
        }
    }

    private void CallNext_NeedsLock()
    {
        taken--;
        while (taken < places && waiting.First is { } next)
        {
            waiting.RemoveFirst();
            taken++;
            next.Value.TrySetResult();
        }
    }
}

/// <summary>A place among the running jobs.</summary>
internal sealed class JobTurn(JobTurns turns, TimeSpan length, TimeProvider time) : IDisposable
{
    private CancellationTokenSource over = new();
    private ITimer? timer;

    /// <summary>Cancelled when another job shall go first.</summary>
    public CancellationToken Over => over.Token;

    /// <summary>Whether another job shall go first.</summary>
    public bool IsOver => over.IsCancellationRequested;

    internal bool HasHadItsTime { get; private set; }

    /// <summary>Lets others go first, and answers when it is this job's turn again.</summary>
    public async Task NextAsync(CancellationToken cancellationToken)
    {
        timer?.Dispose();
        turns.Leave(this);
        await turns.TakeAsync(this, cancellationToken).ConfigureAwait(false);
    }

    internal void Begin()
    {
        HasHadItsTime = false;
        over = new CancellationTokenSource();
        timer = time.CreateTimer(_ => TimeIsUp(), null, length, Timeout.InfiniteTimeSpan);
    }

    internal void End() => over.Cancel();

    private void TimeIsUp()
    {
        HasHadItsTime = true;
        turns.Nudge();
    }

    public void Dispose()
    {
        timer?.Dispose();
        turns.Leave(this);
    }
}
