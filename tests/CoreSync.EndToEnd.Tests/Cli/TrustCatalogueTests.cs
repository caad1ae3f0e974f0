using System.Globalization;
using System.Reflection;
using CoreSync.Errors;
using CoreSync.Trust;

namespace CoreSync.EndToEnd.Tests.Cli;

/// <summary>The catalogue of what can be wrong with a core or its certificate: each case has words of its own and a cure, in English and in French.</summary>
public sealed class TrustCatalogueTests
{
    private static readonly CultureInfo[] Languages = [CultureInfo.GetCultureInfo("en-GB"), CultureInfo.GetCultureInfo("fr-FR")];

    /// <summary>The cases of the table, what a person is told of the core, and of its certificate.</summary>
    public static TheoryData<string, Type, CertificateProblem[]> Cases => new()
    {
        { "T01 unknown, issued by itself", typeof(NotReviewedError), [CertificateProblem.SelfSigned] },
        { "T02 of an authority, never approved", typeof(NotReviewedError), [] },
        { "T02 of an unknown authority", typeof(NotReviewedError), [CertificateProblem.UnknownIssuer] },
        { "T03 another certificate of an authority for a trusted core", typeof(CertificateChangedError), [] },
        { "T04 another self-signed certificate, same subject", typeof(CertificateChangedError), [CertificateProblem.SelfSigned] },
        { "T05 expired while trusted", typeof(CertificateInvalidError), [CertificateProblem.Expired] },
        { "T05 about to expire", typeof(CertificateExpiringError), [] },
        { "T06 not yet valid", typeof(CertificateInvalidError), [CertificateProblem.NotYetValid] },
        { "T07 other name", typeof(CertificateInvalidError), [CertificateProblem.NameMismatch] },
        { "T08 bare host name", typeof(FqdnNotQualifiedError), [] },
        { "T08 address", typeof(FqdnIsAddressError), [] },
        { "T08 no name at all", typeof(FqdnInvalidError), [] },
        { "T08 same name twice", typeof(TargetDuplicateError), [] },
        { "T09 weak key", typeof(CertificateNotApprovableError), [CertificateProblem.WeakKey] },
        { "T09 weak signature", typeof(CertificateNotApprovableError), [CertificateProblem.WeakSignature] },
        { "T09 signature does not verify", typeof(CertificateNotApprovableError), [CertificateProblem.SignatureInvalid] },
        { "T09 old version", typeof(CertificateNotApprovableError), [CertificateProblem.OldVersion] },
        { "T10 revoked", typeof(CertificateNotApprovableError), [CertificateProblem.Revoked] },
        { "T10 nobody answers whether it is", typeof(CertificateInvalidError), [CertificateProblem.RevocationUnknown] },
        { "T11 for clients only", typeof(CertificateInvalidError), [CertificateProblem.WrongPurpose] },
        { "T11 of an authority itself", typeof(CertificateInvalidError), [CertificateProblem.IsAuthority] },
        { "T11 against a constraint of its issuer", typeof(CertificateInvalidError), [CertificateProblem.ConstraintViolated] },
        { "T12 changed between look and decision", typeof(FingerprintMismatchError), [] },
        { "T12 a fingerprint that is none", typeof(FingerprintMalformedError), [] },
        { "T12 a fingerprint of SHA-1", typeof(FingerprintSha1Error), [] },
        { "T13 to T16, T18, T24 another certificate at any time, same key or not, at any address", typeof(CertificateChangedError), [] },
        { "T17 announced, waits for a person", typeof(NextAnnouncedError), [] },
        { "T17 nothing is announced", typeof(NothingAnnouncedError), [] },
        { "T19 to T21 no common version or suite, another certificate later, no certificate", typeof(TargetTlsFailedError), [] },
        { "T19 no TLS at all", typeof(TargetNotTlsError), [] },
        { "T22 sent elsewhere", typeof(TargetRedirectedError), [] },
        { "T22 not a core", typeof(TargetNotACoreError), [] },
        { "T25 record and store disagree", typeof(CertificateNotInStoreError), [] },
        { "T25 the store cannot be used", typeof(CertificateStoreUnavailableError), [] },
        { "T25 a file of certificates cannot be used", typeof(CertificateUnreadableError), [] },
        { "T26 trust removed", typeof(TrustRemovedError), [] },
        { "T26 declined", typeof(TrustDeclinedError), [] },
        { "T26 two persons at once", typeof(TrustConcurrencyError), [] },
        { "T28 hung up during the handshake", typeof(TargetUnreachableError), [] },
        { "T29 silent", typeof(TargetTimeoutError), [] },
        { "T30 our own certificate is not wanted there", typeof(ClientCertificateRefusedError), [] },
        { "T31 the history was altered", typeof(TrustHistoryBrokenError), [] },
        { "T31 an anchor that is none", typeof(TrustAnchorInvalidError), [] },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Each_case_has_its_words_and_a_cure_in_both_languages(string name, Type error, CertificateProblem[] problems)
    {
        var told = Sample(error);
        var texts = Languages.Select(language => (Message: told.MessageIn(language), Hint: told.HintIn(language) ?? "")).ToList();
        Assert.All(texts, text => Assert.True(text.Message.Length > 10 && text.Hint.Length > 10 && !text.Message.Contains('{', StringComparison.Ordinal) && !text.Hint.Contains('{', StringComparison.Ordinal), $"{name}: {text}"));
        Assert.NotEqual(texts[0].Message, texts[1].Message);
        Assert.NotEqual(texts[0].Hint, texts[1].Hint);
        foreach (var problem in problems)
        {
            var words = Languages.Select(language => (Label: CertificateProblemTexts.Label(problem, language), Cure: CertificateProblemTexts.Cure(problem, language))).ToList();
            Assert.All(words, word => Assert.True(word.Label.Length > 3 && word.Cure.Length > 10, $"{name}: {word}"));
            Assert.NotEqual(words[0].Label, words[1].Label);
            Assert.NotEqual(words[0].Cure, words[1].Cure);
        }
    }

    [Fact]
    public void No_two_problems_and_no_two_errors_are_told_in_the_same_words()
    {
        var errors = Cases.Select(row => row.Data.Item2).Distinct().Select(Sample).ToList();
        foreach (var language in Languages)
        {
            Assert.Distinct(Enum.GetValues<CertificateProblem>().Select(problem => CertificateProblemTexts.Label(problem, language)));
            Assert.Distinct(Enum.GetValues<CertificateProblem>().Select(problem => CertificateProblemTexts.Cure(problem, language)));
            Assert.Distinct(errors.Select(error => error.MessageIn(language)));
        }

        Assert.Distinct(errors.Select(error => error.Code));
    }

    [Fact]
    public void No_problem_and_no_error_of_trust_is_missing_in_the_table()
    {
        var problems = Cases.SelectMany(row => row.Data.Item3).ToHashSet();
        var errors = Cases.Select(row => row.Data.Item2).ToHashSet();

        Assert.Empty(Enum.GetValues<CertificateProblem>().Except(problems));
        Assert.Empty(typeof(CoreSyncError).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(CoreSyncError)) && Sample(type).Code.StartsWith("trust.", StringComparison.Ordinal)).Except(errors));
    }

    private static CoreSyncError Sample(Type type)
    {
        var constructor = type.GetConstructors(BindingFlags.Public | BindingFlags.Instance).Single();
        return (CoreSyncError)constructor.Invoke(
            [.. constructor.GetParameters().Select((parameter, index) => parameter.ParameterType == typeof(string) ? $"value{index}" : Convert.ChangeType(index + 7, parameter.ParameterType, CultureInfo.InvariantCulture))]);
    }
}
