namespace CoreSync.AdminApi.Shapes;

/// <summary>The objects of answers, as documented; what makes them is beside (<see cref="CoreJson"/> and the others).</summary>
internal static class ApiShapes
{
    public static Shape SignIn { get; } = Shape.Of("sign-in", "account:text rights:text components:text[] endsAt:time token:text");

    public static Shape Session { get; } = Shape.Of(
        "session", "account:text rights:text components:text[] endsAt:time? antiforgeryToken:text antiforgeryHeader:text language:text readOnly:flag");
}
