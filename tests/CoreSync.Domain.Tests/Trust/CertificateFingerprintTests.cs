using CoreSync.Errors;
using CoreSync.Trust;
using CsCheck;

namespace CoreSync.Domain.Tests.Trust;

public sealed class CertificateFingerprintTests
{
    // SHA-256 of the three bytes "abc": FIPS 180-2, appendix B.1.
    private const string Hex = "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD";
    private const string Base64 = "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0";

    private static readonly CertificateFingerprint Abc = CertificateFingerprint.Of("abc"u8);

    public static TheoryData<string> WaysToWriteIt =>
    [
        Hex,
        Hex.ToLowerInvariant(),
        Pairs(Hex, ":"),
        Pairs(Hex, ":").ToLowerInvariant(),
        Pairs(Hex, " "),
        Pairs(Hex, "-"),
        $"  {Hex}\r\n",
        $"{Hex[..32]}\n{Hex[32..]}",
        "SHA256:" + Base64,
        "SHA256:" + Base64 + "=",
        "sha256:" + Base64,
        "SHA-256:" + Base64,
        "SHA256: " + Hex,
        "SHA256:" + Pairs(Hex, ":"),
    ];

    [Theory]
    [MemberData(nameof(WaysToWriteIt))]
    public void Every_usual_way_to_write_a_fingerprint_is_read(string text)
    {
        Assert.Equal(Abc, CertificateFingerprint.Parse(text).Value);
    }

    [Theory]
    [InlineData("A9993E364706816ABA3E25717850C26C9CD0D89D")]
    [InlineData("a9:99:3e:36:47:06:81:6a:ba:3e:25:71:78:50:c2:6c:9c:d0:d8:9d")]
    [InlineData("A9 99 3E 36 47 06 81 6A BA 3E 25 71 78 50 C2 6C 9C D0 D8 9D")]
    [InlineData("SHA1:qZk+NkcGgWq6PiVxeFDCbJzQ2J0")]
    [InlineData("SHA-1:A9993E364706816ABA3E25717850C26C9CD0D89D")]
    [InlineData("sha1:A9993E364706816ABA3E25717850C26C9CD0D89D")]
    public void A_sha1_thumbprint_is_refused_by_name(string text)
    {
        Assert.True(CertificateFingerprint.Parse(text).HasError<FingerprintSha1Error>());
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("::::")]
    [InlineData("SHA256:")]
    [InlineData("not a fingerprint")]
    [InlineData("BA7816BF")]
    [InlineData(Hex + "00")]
    [InlineData(Hex + "0")]
    [InlineData("0x" + Hex)]
    [InlineData(Base64)]
    [InlineData("SHA256:" + "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFQ")]
    [InlineData("SHA512:" + Base64)]
    [InlineData("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AG")]
    [InlineData("ＢＡ7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD")]
    public void What_is_no_sha256_is_refused(string text)
    {
        Assert.True(CertificateFingerprint.Parse(text).HasError<FingerprintMalformedError>());
    }

    [Fact]
    public void Printing_is_upper_case_pairs_with_colons()
    {
        Assert.Equal(Pairs(Hex, ":"), Abc.ToString());
        Assert.Equal("BA:78:16:BF", Abc.ShortText);
        Assert.Equal(4, Abc.ToGrid().Count);
        Assert.Equal(Abc.ToString(), string.Join(':', Abc.ToGrid()));
    }

    [Fact]
    public void What_is_printed_is_read_back_as_the_same_fingerprint()
    {
        Gen.Byte.Array[CertificateFingerprint.ByteLength].Sample(bytes =>
        {
            var fingerprint = CertificateFingerprint.FromBytes(bytes);

            Assert.Equal(fingerprint, CertificateFingerprint.Parse(fingerprint.ToString()).Value);
            Assert.Equal(fingerprint, CertificateFingerprint.Parse("SHA256:" + Convert.ToBase64String(bytes)).Value);
            Assert.Equal(fingerprint.GetHashCode(), CertificateFingerprint.FromBytes(bytes).GetHashCode());
        });
    }

    [Fact]
    public void One_different_bit_is_another_fingerprint()
    {
        for (var bit = 0; bit < CertificateFingerprint.ByteLength * 8; bit++)
        {
            var bytes = Abc.Bytes.ToArray();
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            var other = CertificateFingerprint.FromBytes(bytes);

            Assert.False(Abc == other);
            Assert.True(Abc != other);
            Assert.False(Abc.Equals(other));
        }
    }

    [Fact]
    public void Nothing_is_no_fingerprint()
    {
        CertificateFingerprint? nothing = null;

        Assert.False(Abc == nothing);
        Assert.False(nothing == Abc);
        Assert.Throws<ArgumentException>(() => CertificateFingerprint.FromBytes(new byte[20]));
    }

    private static string Pairs(string hex, string separator) => string.Join(separator, hex.Chunk(2).Select(pair => new string(pair)));
}
