using CoreSync.Errors;
using CoreSync.Jobs;

namespace CoreSync.Domain.Tests.Jobs;

public sealed class SyncJobTests
{
    // due, applied, skipped, rejected, conflicts -> state, code.
    [Theory]
    [InlineData(0, 0, 0, 0, 0, SyncJobState.Succeeded, null)]
    [InlineData(5, 5, 0, 0, 0, SyncJobState.Succeeded, null)]
    [InlineData(5, 0, 5, 0, 0, SyncJobState.Succeeded, null)]
    [InlineData(5, 2, 3, 0, 0, SyncJobState.Succeeded, null)]
    [InlineData(5, 7, 0, 0, 0, SyncJobState.Succeeded, null)]
    [InlineData(5, 4, 0, 1, 0, SyncJobState.PartlyFailed, "sync.items-failed")]
    [InlineData(5, 0, 4, 1, 0, SyncJobState.PartlyFailed, "sync.items-failed")]
    [InlineData(5, 4, 0, 0, 1, SyncJobState.Succeeded, "sync.items-waiting")]
    [InlineData(5, 0, 0, 5, 0, SyncJobState.Failed, "sync.items-failed")]
    [InlineData(5, 0, 0, 0, 5, SyncJobState.Succeeded, "sync.items-waiting")]
    [InlineData(5, 0, 0, 2, 3, SyncJobState.Failed, "sync.items-failed")]
    [InlineData(5, 0, 0, 0, 0, SyncJobState.Failed, "sync.nothing-moved")]
    public void The_outcome_is_computed_from_the_outcomes_of_the_items(
        int due, int applied, int skipped, int rejected, int conflicts, SyncJobState state, string? code)
    {
        var job = Running();
        job.Report(new JobProgress(due, applied, skipped, rejected, conflicts, 0, 0));

        job.Complete(error: null, cancelled: false, Some.Now);

        Assert.Equal(state, job.State);
        Assert.Equal(code, job.ErrorCode);
        Assert.Equal(code is null, job.ErrorMessage is null);
        Assert.Equal(Some.Now, job.EndedAt);
        Assert.True(job.HasEnded);
    }

    public static TheoryData<CoreSyncError, SyncJobState> EarlyEnds => new()
    {
        { new CertificateChangedError("core2.example.net", "AB", "CD"), SyncJobState.Blocked },
        { new CredentialsMissingError("core2.example.net"), SyncJobState.Blocked },
        { new MassDeleteError("packages", 30, 100, 20), SyncJobState.Blocked },
        { new StaleEpochError("c0de0000", 1, 2), SyncJobState.Blocked },
        { new CredentialsRejectedError("core2.example.net", "sync"), SyncJobState.Blocked },
        { new SignInThrottledError("core2.example.net", 30), SyncJobState.Failed },
        { new BatchOutOfOrderError(5, 3), SyncJobState.Failed },
        { new TrustConcurrencyError("core2.example.net"), SyncJobState.Failed },
        { new TargetUnreachableError("core2.example.net", "core2.example.net:443", "refused"), SyncJobState.Failed },
        { new ContentMismatchError("a", "b", "c"), SyncJobState.Failed },
        { new BatchMalformedError("short"), SyncJobState.Failed },
    };

    [Theory]
    [MemberData(nameof(EarlyEnds))]
    public void An_error_that_needs_a_person_blocks_and_any_other_fails(CoreSyncError error, SyncJobState state)
    {
        var job = Running();
        job.Report(new JobProgress(5, 5, 0, 0, 0, 0, 0));

        job.Complete(error, cancelled: false, Some.Now);

        Assert.Equal(state, job.State);
        Assert.Equal(error.Code, job.ErrorCode);
        Assert.Equal(error.Message, job.ErrorMessage);
    }

    [Fact]
    public void A_cancelled_job_is_cancelled_whatever_it_did()
    {
        var job = Running();
        job.Report(new JobProgress(5, 5, 0, 0, 0, 0, 0));
        Assert.True(job.Cancel(Some.Now).IsSuccess);
        Assert.Equal(SyncJobState.Running, job.State);
        Assert.True(job.IsCancelRequested);

        job.Complete(new JobInterruptedError(), cancelled: true, Some.Now.AddSeconds(1));

        Assert.Equal(SyncJobState.Cancelled, job.State);
        Assert.Null(job.ErrorCode);
    }

    [Fact]
    public void A_queued_job_is_cancelled_at_once_and_never_starts()
    {
        var job = Queued();

        Assert.True(job.Cancel(Some.Now).IsSuccess);

        Assert.Equal(SyncJobState.Cancelled, job.State);
        Assert.Null(job.StartedAt);
        Assert.Throws<InvalidOperationException>(() => job.Start(Some.Now));
        Assert.Equal(SyncJobState.Cancelled, job.State);
    }

    public static TheoryData<SyncJobState> Ends => [SyncJobState.Succeeded, SyncJobState.PartlyFailed, SyncJobState.Failed, SyncJobState.Cancelled, SyncJobState.Blocked];

    [Theory]
    [MemberData(nameof(Ends))]
    public void What_ended_can_neither_start_nor_be_cancelled_nor_end_again(SyncJobState state)
    {
        var job = SyncJob.Restore(
            Guid.Empty, Some.Target, Some.Fqdn, JobTrigger.Manual, state, Some.Now, Some.Now, Some.Now, JobProgress.Zero, errorCode: "code", errorMessage: "text", cancelRequested: false);

        Assert.True(job.Cancel(Some.Now).HasError<JobEndedError>());
        Assert.Throws<InvalidOperationException>(() => job.Start(Some.Now));
        Assert.Throws<InvalidOperationException>(() => job.Complete(null, cancelled: false, Some.Now.AddDays(1)));
        Assert.Equal((state, "code", Some.Now, false), (job.State, job.ErrorCode, job.EndedAt, job.IsCancelRequested));
    }

    [Fact]
    public void A_job_starts_once()
    {
        var job = Running();

        Assert.Throws<InvalidOperationException>(() => job.Start(Some.Now.AddDays(1)));
        Assert.Equal(Some.Now, job.StartedAt);
    }

    private static SyncJob Queued() => SyncJob.Queue(Guid.Empty, Some.Target, Some.Fqdn, JobTrigger.Manual, Some.Now);

    private static SyncJob Running()
    {
        var job = Queued();
        job.Start(Some.Now);
        return job;
    }
}
