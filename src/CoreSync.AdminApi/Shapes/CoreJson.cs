using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CoreSync.Accounts;
using CoreSync.Application.Accounts;
using CoreSync.Application.Conflicts;
using CoreSync.Application.Cores;
using CoreSync.Application.Items;
using CoreSync.Application.Jobs;
using CoreSync.Application.Logs;
using CoreSync.Application.Rollup;
using CoreSync.Application.Settings;
using CoreSync.Application.Targets;
using CoreSync.Application.Trust;
using CoreSync.Items;
using CoreSync.Jobs;
using CoreSync.Servers;
using CoreSync.Trust;

namespace CoreSync.AdminApi.Shapes;

/// <summary>The JSON objects of the admin API and the command line, which are one: scripts rely on these field names.</summary>
internal static class CoreJson
{
    public static JsonObject Target(TargetView view)
    {
        var target = view.Target;
        var certificate = CertificateOf(view.Trust);
        return new JsonObject
        {
            ["id"] = target.Id.ToString(),
            ["fqdn"] = target.Address.Fqdn.Ascii,
            ["port"] = target.Address.Port,
            ["connectTo"] = target.Address.Dial?.ToString(),
            ["description"] = target.Description,
            ["enabled"] = target.IsEnabled,
            ["trusted"] = view.IsTrusted,
            ["trustState"] = Json.Enum(view.Trust.State),
            ["trustMode"] = Json.Enum(view.Trust.Mode),
            ["trustReasons"] = Json.Strings(TrustReasons.Of(view.Trust, view.IsInCertificateStore)),
            ["connection"] = Json.Enum(target.LastContact.State),
            ["connectionErrorCode"] = target.LastContact.ErrorCode,
            ["connectionErrorMessage"] = target.LastContact.ErrorMessage,
            ["lastContact"] = Json.Time(target.LastContact.At),
            ["fingerprint"] = certificate?.Fingerprint.ToString(),
            ["certificateNotAfter"] = Json.Time(certificate?.NotAfter),
            ["certificateDaysLeft"] = certificate is null ? null : CertificateExpiry.DaysLeft(certificate.NotAfter, Json.Now),
            ["lastSuccess"] = Json.Time(target.LastSuccess),
            ["waiting"] = view.Waiting,
            ["failed"] = view.Failed,
            ["conflicts"] = view.Conflicts,
            ["quarantinedItems"] = view.QuarantinedItems,
            ["failedAttempts"] = view.Attempts.Failed,
            ["maxAttempts"] = view.MaxAttempts,
            ["nextAttempt"] = Json.Time(view.Attempts.NextAt),
            ["quarantined"] = view.Attempts.IsQuarantined,
            ["quarantinedSince"] = Json.Time(view.Attempts.QuarantinedSince),
            ["lastErrorCode"] = view.Attempts.ErrorCode,
            ["lastErrorMessage"] = view.Attempts.ErrorMessage,
            ["paused"] = target.Rules.IsPaused(Json.Now),
            ["pausedUntil"] = target.Rules.PausedUntil == DateTimeOffset.MaxValue ? null : Json.Time(target.Rules.PausedUntil),
            ["schedule"] = Schedule(target.Rules.Schedule),
            ["nextSync"] = Json.Time(view.NextSync),
            ["scheduleMissedAt"] = Json.Time(view.ScheduleMissedAt),
            ["components"] = Json.Strings(target.Rules.Components.Select(component => component.Value)),
            ["kilobytesPerSecond"] = target.Rules.KilobytesPerSecond,
            ["runningJob"] = view.RunningJob?.ToString(),
            ["core"] = target.KnownCore?.ToString(),
            ["direction"] = Json.Enum(target.Direction),
            ["addedAt"] = Json.Time(target.AddedAt),
        };
    }

    private static JsonObject Schedule(SyncSchedule schedule) => new()
    {
        ["every"] = schedule.Every is { } every ? DurationText.Format(every) : null,
        ["cron"] = schedule.Cron,
        ["onChange"] = schedule.SendsOnChange,
        ["windows"] = Json.Strings(schedule.Windows.Select(window => window.Text)),
        ["blackouts"] = Json.Strings(schedule.Blackouts.Select(blackout => blackout.Text)),
    };

    public static JsonObject Target(TargetView view, IEnumerable<FailedItem> failures)
    {
        var json = Target(view);
        json["failures"] = Json.List(failures, Failure);
        return json;
    }

    public static JsonObject Failure(FailedItem failed) => new()
    {
        ["item"] = failed.Failure.Item.ToString(),
        ["component"] = failed.Failure.Component.Value,
        ["name"] = failed.Name,
        ["outcome"] = Json.Enum(failed.Failure.Kind),
        ["code"] = failed.Failure.Code,
        ["message"] = failed.Failure.Message,
        ["attempts"] = failed.Failure.Attempts,
        ["lastAttempt"] = Json.Time(failed.Failure.LastAt),
        ["nextAttempt"] = Json.Time(failed.Failure.NextAt),
        ["quarantined"] = failed.Failure.QuarantinedSince is not null,
    };

    /// <summary>The certificate that counts for a record: the authorised one, else the one that waits for a person.</summary>
    public static PresentedCertificate? CertificateOf(TrustRecord record) => record.Authorised?.Certificate ?? record.Pending?.Certificate;

    public static JsonObject Trust(TrustView view)
    {
        var record = view.Record;
        var json = new JsonObject
        {
            ["fqdn"] = record.Fqdn.Ascii,
            ["trusted"] = record.State == TrustState.Trusted && view.IsInCertificateStore,
            ["trustState"] = Json.Enum(record.State),
            ["trustReasons"] = Json.Strings(TrustReasons.Of(record, view.IsInCertificateStore)),
            ["since"] = Json.Time(record.Since),
        };
        Merge(json, Certificate(view.Shown));
        json["problems"] = Json.Strings(view.Problems.Select(ProblemList.Name));
        json["cures"] = new JsonObject(view.Problems.Select(problem => KeyValuePair.Create(ProblemList.Name(problem), (JsonNode?)JsonValue.Create(ApiTexts.CureOf(problem)))));
        json["previousFingerprint"] = view.Previous?.Fingerprint.ToString();
        json["sameKeyAsPrevious"] = view.IsSameKeyAsPrevious;
        json["previousAuthorisedBy"] = (record.Previous ?? record.Authorised)?.By;
        json["previousAuthorisedAt"] = Json.Time((record.Previous ?? record.Authorised)?.At);
        json["authorisedFingerprint"] = record.Authorised?.Fingerprint.ToString();
        json["authorisedBy"] = record.Authorised?.By;
        json["authorisedAt"] = Json.Time(record.Authorised?.At);
        json["inCertificateStore"] = view.IsInCertificateStore;
        json["certificateStore"] = view.StoreName;
        json["announced"] = record.Announced is { } next
            ? new JsonObject
            {
                ["fingerprint"] = next.Certificate.Fingerprint.ToString(),
                ["notAfter"] = Json.Time(next.Certificate.NotAfter),
                ["problems"] = Json.Strings(next.Problems.Select(ProblemList.Name)),
                ["sameKey"] = next.Certificate.Pin == record.Authorised?.Certificate.Pin,
                ["seenAt"] = Json.Time(next.SeenAt),
                ["approvedBy"] = next.ApprovedBy,
                ["approvedAt"] = Json.Time(next.ApprovedAt),
            }
            : null;
        return json;
    }

    public static JsonObject Certificate(PresentedCertificate? certificate) => new()
    {
        ["fingerprint"] = certificate?.Fingerprint.ToString(),
        ["verificationPhrase"] = certificate is null ? null : VerificationPhrase.Of(certificate.Fingerprint, CultureInfo.CurrentUICulture),
        ["pin"] = certificate?.Pin,
        ["subject"] = certificate?.Subject,
        ["issuer"] = certificate?.Issuer,
        ["serial"] = certificate?.Serial,
        ["sans"] = Json.Strings(certificate is null ? [] : [.. certificate.DnsNames, .. certificate.IpAddresses]),
        ["notBefore"] = Json.Time(certificate?.NotBefore),
        ["notAfter"] = Json.Time(certificate?.NotAfter),
        ["keyAlgorithm"] = certificate?.KeyAlgorithm,
        ["keyBits"] = certificate?.KeyBits,
        ["signatureAlgorithm"] = certificate?.SignatureAlgorithm,
    };

    public static JsonObject HistoryEntry(TrustHistoryEntry entry) => new()
    {
        ["number"] = entry.Number,
        ["at"] = Json.Time(entry.At),
        ["fqdn"] = entry.Target.Ascii,
        ["event"] = Json.Enum(entry.Event.Kind),
        ["fingerprint"] = entry.Event.Fingerprint?.ToString(),
        ["previousFingerprint"] = entry.Event.PreviousFingerprint?.ToString(),
        ["problems"] = Json.Strings(entry.Event.Problems.Select(ProblemList.Name)),
        ["by"] = entry.By,
        ["origin"] = entry.Origin,
        ["reason"] = entry.Reason,
        ["hash"] = Convert.ToHexStringLower(entry.Hash.Span),
    };

    public static JsonObject Client(ClientEnrolment client) => new()
    {
        ["id"] = client.Core.ToString(),
        ["fqdn"] = client.Name.Ascii,
        ["account"] = client.Account,
        ["enrolled"] = client.IsEnrolled,
        ["state"] = Json.Enum(client.Trust.State),
        ["since"] = Json.Time(client.Trust.Since),
        ["fingerprint"] = client.Trust.Authorised?.Fingerprint.ToString(),
        ["certificateNotAfter"] = Json.Time(client.Trust.Authorised?.Certificate.NotAfter),
        ["pendingFingerprint"] = client.Trust.Pending?.Certificate.Fingerprint.ToString(),
        ["problems"] = Json.Strings((client.Trust.Pending?.Problems ?? client.Trust.Authorised?.Problems ?? []).Select(ProblemList.Name)),
        ["previousFingerprint"] = client.Trust.Previous?.Fingerprint.ToString(),
    };

    public static JsonObject Identity(CoreIdentity identity)
    {
        var json = Core(identity.Core);
        Merge(json, Certificate(identity.Certificate));
        json["daysLeft"] = CertificateExpiry.DaysLeft(identity.Certificate.NotAfter, Json.Now);
        json["source"] = identity.Source.Kind;
        json["sourceDetail"] = identity.Source.Text;
        json["announcedFingerprint"] = identity.Next?.Fingerprint.ToString();
        json["announcedNotAfter"] = Json.Time(identity.Next?.NotAfter);
        return json;
    }

    public static JsonObject Core(LocalCore core) => new()
    {
        ["id"] = core.Id.ToString(),
        ["fqdn"] = core.Name.Ascii,
        ["role"] = Json.Enum(core.Role),
        ["storeId"] = core.StoreId.ToString("D"),
        ["certificateStore"] = core.CertificateStoreName,
        ["createdAt"] = Json.Time(core.CreatedAt),
    };

    public static JsonObject Account(Account account) => new()
    {
        ["name"] = account.Name,
        ["rights"] = Rights(account.Rights),
        ["components"] = Json.Strings(account.Components.Select(component => component.Value)),
        ["enabled"] = account.IsEnabled,
    };

    public static JsonObject DirectoryGroup(DirectoryGroup group) => new()
    {
        ["name"] = group.Name.Text,
        ["rights"] = Rights(group.Rights),
        ["components"] = Json.Strings(group.Components.Select(component => component.Value)),
    };

    public static JsonObject DirectoryTest(string user, IReadOnlyList<ConnectionStep> steps) => new()
    {
        ["user"] = user,
        ["passed"] = steps.All(step => step.Verdict != StepVerdict.Failed),
        ["steps"] = Json.List(steps, Step),
    };

    /// <summary>The form of rights on the command line, such as <c>console-administrator</c>.</summary>
    public static string Rights(Rights rights) => rights == Accounts.Rights.ConsoleAdministrator ? "console-administrator" : Json.Enum(rights);

    public static JsonObject CredentialTest(CredentialTest test) => new()
    {
        ["fqdn"] = test.Fqdn,
        ["user"] = test.User,
        ["passed"] = test.Steps.All(step => step.Verdict is not (StepVerdict.Failed or StepVerdict.Skipped)),
        ["steps"] = Json.List(test.Steps, Step),
    };

    public static JsonObject Step(ConnectionStep step) => new()
    {
        ["step"] = step.Step,
        ["verdict"] = Json.Enum(step.Verdict),
        ["detail"] = step.Detail,
        ["errorCode"] = step.Error?.Code,
        ["errorMessage"] = step.Error?.MessageIn(CultureInfo.CurrentUICulture),
        ["hint"] = step.Error?.HintIn(CultureInfo.CurrentUICulture),
    };

    public static JsonObject Component(ComponentView view) => new()
    {
        ["name"] = view.Component.Name.Value,
        ["kind"] = Json.Enum(view.Component.Kind),
        ["enabled"] = view.Component.IsEnabled,
        ["items"] = view.Items,
        ["onDelete"] = Json.Enum(view.Component.OnDelete),
        ["onClash"] = Json.Enum(view.Component.OnClash),
        ["onEdited"] = Json.Enum(view.Component.OnEdited),
        ["approve"] = view.Component.NeedsApproval,
        ["sendFrom"] = view.Component.Files?.SendFrom,
        ["receiveTo"] = view.Component.Files?.ReceiveTo,
        ["include"] = Json.Strings(view.Component.Files?.Include ?? []),
        ["exclude"] = Json.Strings(view.Component.Files?.Exclude ?? []),
        ["autoSync"] = view.Component.Files?.AutoSync,
        ["scanProblems"] = Json.List(view.Problems, problem => new JsonObject { ["path"] = problem.Path, ["code"] = problem.Code, ["message"] = problem.Message }),
    };

    public static JsonObject Item(Item item, bool? isReadOnly = null) => new()
    {
        ["id"] = item.Id.ToString(),
        ["component"] = item.Component.Value,
        ["kind"] = Json.Enum(item.Kind),
        ["name"] = item.Name,
        ["group"] = item.Group,
        ["owner"] = item.Owner,
        ["origin"] = item.Origin.ToString(),
        ["revision"] = item.Revision.Value,
        ["mediaType"] = item.MediaType,
        ["sha256"] = item.Hash.ToString(),
        ["size"] = item.Size,
        ["autoSync"] = item.AutoSync,
        ["readOnly"] = isReadOnly,
        ["deleted"] = item.IsDeleted,
        ["executable"] = item.IsExecutable,
        ["references"] = Json.Strings(item.References.Select(reference => reference.ToString())),
        ["payloads"] = Json.List(item.Payloads, payload => new JsonObject
        {
            ["path"] = payload.Path.Value,
            ["size"] = payload.Size,
            ["sha256"] = payload.Hash.ToString(),
        }),
        ["startAt"] = Json.Time(item.StartAt),
        ["edited"] = item.IsEdited,
        ["originName"] = item.OriginName,
    };

    public static JsonObject Item(ItemView view)
    {
        var json = Item(view.Item, view.IsReadOnly);
        json["document"] = DocumentText(view);
        return json;
    }

    /// <summary>A document that is text; anything else is fetched as bytes.</summary>
    public static string? DocumentText(ItemView view)
    {
        if (view.Document is not { } bytes)
            return null;
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes.Span);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    public static JsonObject Revisions(ItemRevisions revisions) => new()
    {
        ["id"] = revisions.Item.Id.ToString(),
        ["name"] = revisions.Item.Name,
        ["revision"] = revisions.Item.Revision.Value,
        ["items"] = Json.List(revisions.Previous, revision =>
        {
            var json = Item(revision.Item);
            json["label"] = revision.Label;
            json["keptAt"] = Json.Time(revision.KeptAt);
            return json;
        }),
    };

    public static JsonObject Job(SyncJob job) => new()
    {
        ["id"] = job.Id.ToString("D"),
        ["target"] = job.Fqdn.Ascii,
        ["trigger"] = Json.Enum(job.Trigger),
        ["state"] = Json.Enum(job.State),
        ["finalState"] = Json.Enum(job.FinalState),
        ["queuedAt"] = Json.Time(job.QueuedAt),
        ["startedAt"] = Json.Time(job.StartedAt),
        ["endedAt"] = Json.Time(job.EndedAt),
        ["itemsTotal"] = job.Progress.ItemsTotal,
        ["applied"] = job.Progress.Applied,
        ["skipped"] = job.Progress.Skipped,
        ["rejected"] = job.Progress.Rejected,
        ["conflicts"] = job.Progress.Conflicts,
        ["bytesSent"] = job.Progress.BytesSent,
        ["bytesTotal"] = job.Progress.BytesTotal,
        ["cancelRequested"] = job.IsCancelRequested,
        ["errorCode"] = job.ErrorCode,
        ["errorMessage"] = job.ErrorMessage,
        ["attempt"] = job.Attempt.Number,
        ["maxAttempts"] = job.Attempt.Of,
        ["nextAttempt"] = job.Attempt.ResolvedBy is null ? Json.Time(job.Attempt.NextAt) : null,
        ["retryOf"] = job.Attempt.RetryOf?.ToString("D"),
        ["resolvedBy"] = job.Attempt.ResolvedBy?.ToString("D"),
    };

    public static JsonObject Job(JobView view)
    {
        var json = Job(view.Job);
        json["failures"] = Json.List(view.Failures, failure => new JsonObject
        {
            ["item"] = failure.Outcome.Item.ToString(),
            ["component"] = failure.Component.Value,
            ["name"] = failure.Name,
            ["outcome"] = Json.Enum(failure.Outcome.Kind),
            ["code"] = failure.Outcome.Code,
            ["message"] = failure.Outcome.Message,
            ["resolved"] = view.IsResolved(failure.Outcome),
            ["attempts"] = view.Open.GetValueOrDefault(failure.Outcome.Item)?.Attempts,
            ["nextAttempt"] = Json.Time(view.Open.GetValueOrDefault(failure.Outcome.Item)?.NextAt),
            ["quarantined"] = view.Open.GetValueOrDefault(failure.Outcome.Item)?.QuarantinedSince is not null,
        });
        return json;
    }

    public static JsonObject Setting(SettingView view) => new()
    {
        ["key"] = view.Setting.Key,
        ["value"] = view.Value,
        ["default"] = view.Setting.Default,
        ["isDefault"] = view.IsDefault,
        ["allowed"] = view.Setting.Allowed,
    };

    public static JsonObject Status(CoreStatus status) => new()
    {
        ["core"] = Core(status.Core),
        ["serviceRunning"] = status.IsServiceRunning,
        ["serviceHolder"] = status.ServiceHolder,
        ["certificateNotAfter"] = Json.Time(status.CertificateNotAfter),
        ["credentialSet"] = status.HasCredential,
        ["items"] = status.Items,
        ["targets"] = Json.List(status.Targets, Target),
        ["sources"] = Json.List(status.Sources, Target),
        ["readers"] = Json.List(status.Readers, Reader),
        ["conflicts"] = status.Decisions.Conflicts,
        ["approvals"] = status.Decisions.Approvals,
        ["decided"] = status.Decisions.Decided,
        ["problems"] = Json.List(status.Problems, HealthJson.Finding),
    };

    public static JsonObject ImportedKeys(ImportedKeys done) => new()
    {
        ["core"] = done.Keys.Core.ToString(),
        ["fqdn"] = done.Keys.Name.Ascii,
        ["fingerprint"] = done.Keys.Certificate.Fingerprint.ToString(),
        ["enrolled"] = done.Enrolled is not null,
        ["account"] = done.Enrolled?.Account,
        ["trusted"] = done.Trusted is not null,
    };

    public static JsonObject LogEntry(LogEntry entry) => entry.Time is null
        ? new JsonObject { ["message"] = entry.Message }
        : new JsonObject
        {
            ["time"] = Json.Time(entry.Time),
            ["level"] = entry.Level,
            ["eventId"] = entry.EventId,
            ["event"] = entry.Event,
            ["job"] = entry.Job,
            ["message"] = entry.Message,
        };

    /// <summary>Whether the steps of a connection test passed.</summary>
    public static JsonObject Steps(string fqdn, IReadOnlyList<ConnectionStep> steps) => new()
    {
        ["fqdn"] = fqdn,
        ["passed"] = steps.All(step => step.Verdict is StepVerdict.Passed or StepVerdict.Warning),
        ["steps"] = Json.List(steps, Step),
    };

    public static JsonObject CredentialScope(string? target, bool scheduler, bool ldap) =>
        new() { ["scope"] = ldap ? "ldap" : scheduler ? "scheduler" : target is null ? "default" : "target", ["target"] = target };

    public static JsonObject Credential(CredentialEntry entry)
    {
        var json = CredentialScope(entry.Core, entry.Kind == CredentialKind.Scheduler, entry.Kind == CredentialKind.Directory);
        json["user"] = entry.User;
        return json;
    }

    public static JsonObject Link(ItemLink link) => new()
    {
        ["mine"] = link.Mine.Id.ToString(),
        ["theirs"] = link.Theirs.ToString(),
        ["name"] = link.Mine.Name,
        ["inEffect"] = link.IsInEffect,
    };

    public static JsonObject Reader(ReaderView view)
    {
        var json = Reader(view.Reader);
        json["positions"] = Json.List(view.Positions.OrderBy(one => one.Key.Value, StringComparer.Ordinal), one => new JsonObject { ["component"] = one.Key.Value, ["sequence"] = one.Value.Sequence.Value });
        return json;
    }

    private static JsonObject Reader(FeedReader reader) => new()
    {
        ["core"] = reader.Core.ToString(),
        ["name"] = reader.Name,
        ["account"] = reader.Account,
        ["lastSeen"] = Json.Time(reader.SeenAt),
        ["refused"] = reader.Refused,
    };

    private static void Merge(JsonObject into, JsonObject from)
    {
        foreach (var (name, value) in from.ToList())
        {
            from.Remove(name);
            into[name] = value;
        }
    }
}
