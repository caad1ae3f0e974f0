namespace CoreSync.AdminApi.Shapes;

/// <summary>
/// How an object of an answer looks: its members in order, each <c>name:type</c>. A type is <c>text</c>, <c>number</c>, <c>flag</c>, <c>time</c>, <c>object</c> or the name of another
/// shape; <c>[]</c> after it makes a list, <c>?</c> a value that may be null, <c>?</c> after the name a member that may be absent. Answers are held against it by a test.
/// </summary>
/// <param name="Name">The name in the OpenAPI document, and of the schema of an answer.</param>
/// <param name="Members">The members.</param>
internal sealed record Shape(string Name, IReadOnlyList<ShapeMember> Members)
{
    public static Shape Of(string name, string members) => new(name, [.. members.Split([' ', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(ShapeMember.Parse)]);

    /// <summary>This shape with more members, under another name.</summary>
    public Shape With(string name, string members) => new(name, [.. Members, .. Of(name, members).Members]);

    /// <summary>This shape with the members of another one.</summary>
    public Shape And(Shape other) => this with { Members = [.. Members, .. other.Members] };

    /// <summary>The same members as the answer of another schema.</summary>
    public Shape Named(string schema) => this with { Name = schema };
}

/// <summary>A member of a shape.</summary>
internal sealed record ShapeMember(string Name, string Type, bool IsList, bool IsNullable, bool IsOptional)
{
    public static ShapeMember Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var name = text[..colon];
        var type = text[(colon + 1)..];
        var isNullable = type.EndsWith('?');
        type = type.TrimEnd('?');
        var isList = type.EndsWith("[]", StringComparison.Ordinal);
        return new ShapeMember(name.TrimEnd('?'), isList ? type[..^2] : type, isList, isNullable, name.EndsWith('?'));
    }
}
