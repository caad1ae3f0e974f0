namespace CoreSync.AdminApi.Shapes;

/// <summary>The objects of answers, as documented; what makes them is beside (<see cref="CoreJson"/> and the others). Each answer has its <c>schema</c> before the members here.</summary>
internal static class ApiShapes
{
    public static Shape SignIn { get; } = Shape.Of("sign-in", "account:text rights:text components:text[] endsAt:time token:text");

    public static Shape Session { get; } = Shape.Of(
        "session", "account:text rights:text components:text[] endsAt:time? antiforgeryToken:text antiforgeryHeader:text language:text readOnly:flag");

    // One error of a problem object, as it is told inside an answer.
    public static Shape Problem { get; } = Shape.Of("problem", "type:text title:text status?:number detail:text code:text kind:text hint:text values:object errors?:problem[]");

    public static Shape Schedule { get; } = Shape.Of("schedule", "every:text? cron:text? onChange:flag windows:text[] blackouts:text[]");

    public static Shape Target { get; } = Shape.Of(
        "target",
        """
        id:text fqdn:text port:number connectTo:text? description:text enabled:flag trusted:flag trustState:text trustMode:text trustReasons:text[] connection:text
        connectionErrorCode:text? connectionErrorMessage:text? lastContact:time? fingerprint:text? certificateNotAfter:time? certificateDaysLeft:number? lastSuccess:time?
        waiting:number failed:number conflicts:number quarantinedItems:number failedAttempts:number maxAttempts:number nextAttempt:time? quarantined:flag quarantinedSince:time?
        lastErrorCode:text? lastErrorMessage:text? paused:flag pausedUntil:time? schedule:schedule nextSync:time? scheduleMissedAt:time? components:text[]
        kilobytesPerSecond:number runningJob:text? core:text? direction:text addedAt:time?
        """);

    public static Shape Failure { get; } = Shape.Of(
        "failure", "item:text component:text name:text outcome:text code:text message:text attempts:number lastAttempt:time? nextAttempt:time? quarantined:flag");

    public static Shape TargetList { get; } = Page("target-list", "target");

    public static Shape TargetAdd { get; } = Target.With("target-add", "trustError:problem? contactError:problem?");

    public static Shape TargetShow { get; } = Target.With("target-show", "failures:failure[]");

    public static Shape TargetFailures { get; } = List("target-failures", "failure");

    public static Shape Step { get; } = Shape.Of("step", "step:text verdict:text detail:text errorCode:text? errorMessage:text? hint:text?");

    public static Shape TargetTest { get; } = Shape.Of("target-test", "fqdn:text passed:flag steps:step[]");

    public static Shape PlanLine { get; } = Shape.Of(
        "plan-line",
        "id:text component:text name:text group:text revision:number action:text bytes:number newName:text? replaces:text? code:text? message:text? because:text[]");

    public static Shape TargetPlan { get; } = Shape.Of("target-plan", "fqdn:text changes:flag bytes:number items:plan-line[]");

    public static Shape CopyPlan { get; } = List("item-copy-plan", "target-plan");

    public static Shape Field { get; } = Shape.Of("field", "field:text source:text? target:text?");

    public static Shape Drift { get; } = Shape.Of(
        "drift", "id:text component:text name:text difference:text damage:text? sourceRevision:number? targetRevision:number? fields:field[]");

    public static Shape TargetVerify { get; } = Shape.Of("target-verify", "fqdn:text compared:number waiting:number detached:number items:drift[]");

    public static Shape ItemName { get; } = Shape.Of("item-name", "id:text component:text name:text");

    public static Shape TargetDetach { get; } = Shape.Of("target-detach", "fqdn:text items:item-name[]");

    public static Shape Announced { get; } = Shape.Of(
        "announced", "fingerprint:text notAfter:time problems:text[] sameKey:flag seenAt:time approvedBy:text? approvedAt:time?");

    public static Shape Certificate { get; } = Shape.Of(
        "certificate",
        """
        fingerprint:text? verificationPhrase:text? pin:text? subject:text? issuer:text? serial:text? sans:text[] notBefore:time? notAfter:time? keyAlgorithm:text? keyBits:number?
        signatureAlgorithm:text?
        """);

    public static Shape Trust { get; } = Shape.Of("trust", "fqdn:text trusted:flag trustState:text trustReasons:text[] since:time?").And(Certificate).With(
        "trust",
        """
        problems:text[] cures:object previousFingerprint:text? sameKeyAsPrevious:flag? previousAuthorisedBy:text? previousAuthorisedAt:time? authorisedFingerprint:text?
        authorisedBy:text? authorisedAt:time? inCertificateStore:flag certificateStore:text announced:announced?
        """);

    public static Shape TrustPending { get; } = List("trust-pending", "trust");

    public static Shape HistoryEntry { get; } = Shape.Of(
        "history-entry", "number:number at:time fqdn:text event:text fingerprint:text? previousFingerprint:text? problems:text[] by:text origin:text reason:text hash:text");

    public static Shape TrustHistory { get; } = Shape.Of("trust-history", "verified:flag? items:history-entry[] page:number size:number total:number");

    public static Shape Client { get; } = Shape.Of(
        "client",
        "id:text fqdn:text account:text enrolled:flag state:text since:time? fingerprint:text? certificateNotAfter:time? pendingFingerprint:text? problems:text[] previousFingerprint:text?");

    public static Shape Clients { get; } = List("keys-list", "client");

    public static Shape KeysImport { get; } = Shape.Of("keys-import", "core:text fqdn:text fingerprint:text enrolled:flag account:text? trusted:flag");

    public static Shape Core { get; } = Shape.Of("core", "id:text fqdn:text role:text storeId:text certificateStore:text createdAt:time");

    public static Shape Identity { get; } = Core.And(Certificate).With(
        "identity", "daysLeft:number source:text sourceDetail:text announcedFingerprint:text? announcedNotAfter:time?");

    public static Shape Finding { get; } = Shape.Of("finding", "area:text severity:text code:text subject:text? message:text hint:text since:time?");

    public static Shape Fact { get; } = Shape.Of("fact", "area:text name:text value:text?");

    public static Shape ConnectionTest { get; } = Shape.Of("connection-test", "fqdn:text steps:step[]");

    public static Shape Health { get; } = Shape.Of("health", "ready:flag green:flag core:core? at:time facts:fact[] findings:finding[] tests:connection-test[]");

    public static Shape RollupList { get; } = List("rollup-list", "target");

    public static Shape Reader { get; } = Shape.Of("reader", "core:text name:text account:text lastSeen:time? refused:text? positions?:position[]");

    public static Shape Readers { get; } = List("rollup-readers", "reader");

    public static Shape Status { get; } = Shape.Of(
        "status",
        """
        core:core serviceRunning:flag serviceHolder:text? certificateNotAfter:time? credentialSet:flag items:number targets:target[] sources:target[] readers:reader[] conflicts:number approvals:number decided:number
        problems:finding[]
        """);

    public static Shape Setting { get; } = Shape.Of("setting", "key:text value:text default:text isDefault:flag allowed:text");

    public static Shape Settings { get; } = List("settings-list", "setting");

    public static Shape LogEvent { get; } = Shape.Of("log-event", "time?:time level?:text eventId?:number event?:text job?:text? message:text");

    public static Shape Log { get; } = List("log", "log-event");

    public static Shape Account { get; } = Shape.Of("account", "name:text rights:text components:text[] enabled:flag");

    public static Shape Accounts { get; } = List("account-list", "account");

    public static Shape DirectoryGroup { get; } = Shape.Of("account-group", "name:text rights:text components:text[]");

    public static Shape DirectoryGroups { get; } = List("account-group-list", "account-group");

    public static Shape DirectoryTest { get; } = Shape.Of("ldap-test", "user:text passed:flag steps:step[]");

    public static Shape Credential { get; } = Shape.Of("credential", "scope:text target:text? user:text");

    public static Shape Credentials { get; } = List("credential-list", "credential");

    public static Shape CredentialSet { get; } = Shape.Of("credential-set", "scope:text target:text? user:text");

    public static Shape CredentialClear { get; } = Shape.Of("credential-clear", "scope:text target:text? cleared:flag");

    public static Shape CredentialTest { get; } = Shape.Of("sign-in-test", "fqdn:text user:text? passed:flag steps:step[]");

    public static Shape CredentialTests { get; } = List("credential-test", "sign-in-test");

    public static Shape ScanProblem { get; } = Shape.Of("scan-problem", "path:text code:text message:text");

    public static Shape Component { get; } = Shape.Of(
        "component",
        """
        name:text kind:text enabled:flag items:number onDelete:text onClash:text onEdited:text approve:flag sendFrom:text? receiveTo:text? include:text[] exclude:text[] autoSync:flag?
        scanProblems:scan-problem[]
        """);

    public static Shape Components { get; } = List("component-list", "component");

    public static Shape ConfirmDeletes { get; } = Shape.Of("component-confirm-deletes", "name:text deletes:number");

    public static Shape Payload { get; } = Shape.Of("payload", "path:text size:number sha256:text");

    public static Shape Item { get; } = Shape.Of(
        "item",
        """
        id:text component:text kind:text name:text group:text owner:text origin:text revision:number mediaType:text sha256:text size:number autoSync:flag readOnly:flag? deleted:flag
        executable:flag references:text[] payloads:payload[] startAt:time? edited:flag originName:text?
        """);

    public static Shape Items { get; } = List("items", "item");

    public static Shape ItemList { get; } = Page("item-list", "item");

    public static Shape ItemShow { get; } = Item.With("item-show", "document:text?");

    public static Shape ItemDelete { get; } = Item.With("item-delete", "referrers:item[]");

    public static Shape Revision { get; } = Item.With("revision", "label:text keptAt:time");

    public static Shape ItemRevisions { get; } = Shape.Of("item-revisions", "id:text name:text revision:number items:revision[]");

    public static Shape Job { get; } = Shape.Of(
        "job",
        """
        id:text target:text trigger:text state:text finalState:text queuedAt:time startedAt:time? endedAt:time? itemsTotal:number applied:number skipped:number rejected:number
        conflicts:number bytesSent:number bytesTotal:number cancelRequested:flag errorCode:text? errorMessage:text? attempt:number maxAttempts:number nextAttempt:time? retryOf:text?
        resolvedBy:text?
        """);

    public static Shape JobFailure { get; } = Shape.Of(
        "job-failure",
        "item:text component:text name:text outcome:text code:text message:text resolved:flag attempts:number? nextAttempt:time? quarantined:flag");

    public static Shape Jobs { get; } = List("jobs", "job");

    public static Shape JobList { get; } = Page("job-list", "job");

    public static Shape JobShow { get; } = Job.With("job-show", "failures:job-failure[]");

    public static Shape Conflict { get; } = Shape.Of(
        "conflict",
        """
        id:text component:text name:text group:text origin:text source:text revision:number change:text reason:text code:text other:text? firstAt:time lastAt:time decision:text?
        decidedAt:time? decidedBy:text?
        """);

    public static Shape Difference { get; } = Shape.Of("difference", "place:text source:text? target:text?");

    public static Shape Diff { get; } = Shape.Of("diff", "kind:text differences:difference[] cut:flag");

    public static Shape Conflicts { get; } = List("conflicts", "conflict");

    public static Shape ConflictShow { get; } = Conflict.With("conflict-show", "sourceItem:item targetItem:item? diff:diff?");

    public static Shape ConflictLink { get; } = Shape.Of("conflict-link", "mine:text theirs:text name:text inEffect:flag");

    public static Shape Manifest { get; } = Shape.Of(
        "manifest", "bundle:text kind:text core:text name:text createdAt:time changes:number contents:number contentBytes:number components:manifest-component[]");

    public static Shape ManifestComponent { get; } = Shape.Of("manifest-component", "component:text from:number to:number changes:number");

    public static Shape ImportedItem { get; } = Shape.Of(
        "imported-item", "item:text component:text name:text action:text bytes:number newName:text? replaces:text? because:text[] code:text? message:text?");

    public static Shape Position { get; } = Shape.Of("position", "component:text sequence:number");

    public static Shape Imported { get; } = Manifest.With(
        "import",
        """
        fingerprint:text signerRemembered:flag plan:flag applied:number skipped:number rejected:number conflicts:number bytes:number items:imported-item[] positions:position[] receipt:text?
        """);

    public static Shape RefusedItem { get; } = Shape.Of("refused-item", "item:text component:text outcome:text code:text message:text");

    public static Shape Receipt { get; } = Shape.Of("import-receipt", "target:text positions:position[] refused:refused-item[]");

    public static Shape Signer { get; } = Shape.Of("signer", "fingerprint:text subject:text core:text at:time by:text");

    public static Shape Signers { get; } = List("signer-list", "signer");

    /// <summary>Every shape by its name.</summary>
    public static IReadOnlyDictionary<string, Shape> All { get; } = typeof(ApiShapes).GetProperties()
        .Where(property => property.PropertyType == typeof(Shape)).Select(property => (Shape)property.GetValue(null)!).ToDictionary(shape => shape.Name, StringComparer.Ordinal);

    private static Shape List(string name, string of) => Shape.Of(name, $"items:{of}[]");

    private static Shape Page(string name, string of) => Shape.Of(name, $"items:{of}[] page:number size:number total:number");
}
