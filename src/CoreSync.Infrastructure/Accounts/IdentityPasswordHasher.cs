using CoreSync.Application.Accounts;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace CoreSync.Infrastructure.Accounts;

/// <summary>ASP.NET Core Identity's hasher: PBKDF2 with HMAC-SHA-512, salted, its parameters inside the hash.</summary>
internal sealed class IdentityPasswordHasher : IPasswordHasher
{
    /// <summary>Rounds of PBKDF2.</summary>
    /// <value>220,000: above the 210,000 that OWASP asks of HMAC-SHA-512 (Password Storage Cheat Sheet).</value>
    public const int Iterations = 220_000;

    private static readonly object NoUser = new();

    private readonly PasswordHasher<object> hasher = new(Options.Create(new PasswordHasherOptions
    {
        CompatibilityMode = PasswordHasherCompatibilityMode.IdentityV3,
        IterationCount = Iterations,
    }));

    public string Hash(string password) => hasher.HashPassword(NoUser, password);

    public bool Verify(string hash, string password) => hasher.VerifyHashedPassword(NoUser, hash, password) != PasswordVerificationResult.Failed;
}
