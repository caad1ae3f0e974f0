namespace CoreSync.Application;

/// <summary>Stable ids of log events, in ranges per slice: 1000 Trust, 2000 Targets, 3000 Jobs, 4000 Replication, 5000 Tls, 6000 Items, 7000 Accounts, 8000 Host, 9000 Health. Never reused.</summary>
/// <remarks>Each is described in docs/log-events.md; a test holds the two together.</remarks>
public static class CoreSyncEventId
{
#pragma warning disable CS1591 // the names say it; docs/log-events.md describes each
    public const int CertificateChanged = 1000;
    public const int ValidationFailed = 1001;
    public const int ReviewRequested = 1002;
    public const int TargetTrusted = 1003;
    public const int TargetDeclined = 1004;
    public const int TrustRemoved = 1005;
    public const int AuthorisationRefused = 1006;
    public const int CertificateStoreDisagrees = 1007;
    public const int ConnectionCut = 1008;
    public const int LeftoverCertificateRemoved = 1009;
    public const int CertificateExpiresSoon = 1020;
    public const int CertificateExpired = 1021;
    public const int OwnCertificateKept = 1022;
    public const int OwnCertificateSourceChanged = 1023;
    public const int ExpiryNotLookedAt = 1024;
    public const int ClientWaits = 1030;
    public const int ClientEnrolled = 1031;
    public const int ClientRemoved = 1032;
    public const int ClientChanged = 1033;
    public const int ClientInvalid = 1034;
    public const int ClientRefused = 1035;
    public const int NextAnnounced = 1040;
    public const int NextApproved = 1041;
    public const int CertificateSwitched = 1042;
    public const int AnnouncementRefused = 1043;
    public const int AnnouncementWithdrawn = 1044;
    public const int OwnNextAnnounced = 1045;
    public const int TrustedByChain = 1050;
    public const int TrustModeChosen = 1051;

    public const int TargetAdded = 2000;
    public const int TargetRemoved = 2001;
    public const int TargetEnabled = 2002;
    public const int TargetDisabled = 2003;
    public const int TargetEdited = 2004;
    public const int TargetPaused = 2005;
    public const int TargetResumed = 2006;

    public const int JobStarted = 3000;
    public const int JobSucceeded = 3001;
    public const int JobPartlyFailed = 3002;
    public const int JobFailed = 3003;
    public const int JobBlocked = 3004;
    public const int JobCancelled = 3005;
    public const int JobInterrupted = 3006;
    public const int EngineStarted = 3007;
    public const int EngineStopped = 3008;
    public const int EngineFault = 3009;
    public const int RetryPlanned = 3020;
    public const int QuarantineEntered = 3021;
    public const int QuarantineLeft = 3022;
    public const int ScheduleMissed = 3023;
    public const int ItemsQuarantined = 3024;
    public const int JobStopped = 3025;
    public const int TaskHandlerError = 3060;
    public const int ReaderForgotten = 3061;

    public const int BatchSent = 4000;
    public const int BatchReceived = 4001;
    public const int ItemRejected = 4002;
    public const int StaleWriterRefused = 4003;
    public const int InboxRecovered = 4004;
    public const int PastDoubted = 4040;
    public const int StoreRestored = 4041;
    public const int CoreDuplicated = 4042;
    public const int Reconciled = 4043;
    public const int TombstonesPurged = 4044;
    public const int FilesDamaged = 4045;
    public const int DigestsCounted = 4046;
    public const int UpkeepFailed = 4047;

    public const int Listening = 5000;
    public const int HandshakeRefused = 5001;
    public const int OwnCertificateCreated = 5002;
    public const int OwnCertificateLoaded = 5003;

    public const int ScanFinished = 6000;
    public const int ScanProblem = 6001;
    public const int MassDeleteBraked = 6002;
    public const int WatcherFailed = 6003;
    public const int FileDisplaced = 6004;
    public const int ScanFailed = 6005;
    public const int ComponentFailed = 6080;
    public const int ComponentTooSlow = 6081;
    public const int OutboxTaken = 6082;
    public const int OutboxRefused = 6083;
    public const int OutboxUnavailable = 6084;
    public const int ListFailed = 6085;
    public const int ListBraked = 6086;

    public const int ItemHeld = 6040;
    public const int ReadOnlyAttempted = 6041;
    public const int DeletesBraked = 6042;
    public const int BundleExported = 6060;
    public const int BundleImported = 6061;
    public const int BundleRefused = 6062;
    public const int SignerRemembered = 6063;
    public const int SignerForgotten = 6064;
    public const int ReceiptTaken = 6065;

    public const int ContentCollected = 6100;
    public const int ContentChecked = 6101;
    public const int ContentDamaged = 6102;
    public const int ContentUpkeepFailed = 6103;

    public const int SignInRefused = 7000;
    public const int SignInThrottled = 7001;
    public const int AccountChanged = 7002;
    public const int CredentialChanged = 7003;
    public const int RightsMissing = 7004;
    public const int DirectoryUnavailable = 7020;
    public const int DirectoryAnswers = 7021;
    public const int DirectoryEntryUnusable = 7022;
    public const int DirectoryGroupsBounded = 7023;
    public const int DirectoryGroupChanged = 7024;

    public const int HostStarting = 8000;
    public const int HostStopped = 8001;
    public const int OldRuntime = 8002;
    public const int RequestFailed = 8003;

    public const int AdminSignedIn = 8100;
    public const int AdminSignedOut = 8101;
    public const int AdminSignInRefused = 8102;
    public const int AdminSignInThrottled = 8103;
    public const int AdminRightsMissing = 8104;
    public const int AdminForgerySuspected = 8105;
    public const int AdminRequestFailed = 8106;
    public const int AdminPersonSignedIn = 8107;
    public const int AdminProviderFailed = 8108;

    public const int NotificationSent = 9000;
    public const int NotificationDelayed = 9001;
    public const int NotificationGivenUp = 9002;
    public const int HealthNotLookedAt = 9003;
    public const int HealthFault = 9004;
    public const int ServiceReloaded = 9010;
    public const int ConfigurationNotTaken = 9011;
    public const int RestartNeeded = 9012;
    public const int WatchdogWithheld = 9013;
#pragma warning restore CS1591
}
