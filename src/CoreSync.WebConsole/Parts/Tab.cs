namespace CoreSync.WebConsole.Parts;

/// <summary>One of the pages that belong together.</summary>
/// <param name="Path">Below the root of the console.</param>
/// <param name="Text">What it is called.</param>
/// <param name="Count">What waits there; 0 shows nothing.</param>
public sealed record Tab(string Path, string Text, int Count = 0);
