using System.Text.RegularExpressions;
using CoreSync.Accounts;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace CoreSync.WebConsole.Tests;

/// <summary>A person at a browser. Whatever the browser complains about, policy violations among it, is kept and fails the test at its end.</summary>
internal sealed partial class Visit : IAsyncDisposable
{
    private readonly IBrowserContext context;
    private readonly List<string> complaints = [];
    private readonly string root;

    public Visit(IBrowserContext context, IPage page, string root)
    {
        this.context = context;
        this.root = root;
        Page = page;
        page.Console += (_, message) =>
        {
            // An answer that is no success is what the test is about, and the browser mentions it.
            if (message.Type is "error" or "warning" && !message.Text.StartsWith("Failed to load resource: the server responded", StringComparison.Ordinal))
                complaints.Add($"{page.Url}: {message.Text}");
        };
        page.PageError += (_, error) => complaints.Add($"{page.Url}: {error}");
        page.Dialog += async (_, dialog) =>
        {
            complaints.Add($"{page.Url}: a script said {dialog.Message}");
            await dialog.DismissAsync();
        };
    }

    // Not for an event of the page: that may have passed before anybody waits for it. What is done next waits for what it needs.
    private static PageWaitForURLOptions Arrived { get; } = new() { WaitUntil = WaitUntilState.Commit };

    public IPage Page { get; }

    public ILocator this[string selector] => Page.Locator(selector);

    public async Task GoAsync(string path)
    {
        var answer = await Page.GotoAsync(root + path);
        // Browsers end a paragraph where a form begins, and nothing that looks at the page afterwards can tell.
        if (answer is not null)
            Assert.DoesNotMatch(FormInParagraph(), await answer.TextAsync());
    }

    public async Task SignInAsync(Rights rights = Rights.ConsoleAdministrator)
    {
        await GoAsync("sign-in");
        await Page.FillAsync("[name=name]", ConsoleCore.UserOf(rights));
        await Page.FillAsync("[name=password]", ConsoleCore.Password);
        await Page.PressAsync("[name=password]", "Enter");
        await Page.WaitForURLAsync(url => !url.Contains("sign-in", StringComparison.Ordinal), Arrived);
    }

    /// <summary>Waits until the browser is at an address.</summary>
    public Task ArrivesAsync(string address) => Page.WaitForURLAsync(address, Arrived);

    /// <summary>Waits until something is there to see.</summary>
    public ILocatorAssertions Expect(string selector) => Assertions.Expect(Page.Locator(selector).First);

    /// <summary>No rule of accessibility is broken, and nothing is wider than the window.</summary>
    public async Task IsAccessibleAsync()
    {
        var found = await Page.RunAxe(new AxeRunOptions { RunOnly = new RunOnlyOptions { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] } });
        Assert.True(found.Violations.Length == 0, $"{Page.Url}: " + string.Join("\n", found.Violations.Select(one => $"{one.Id}: {one.Help}: {string.Join(" ", one.Nodes.Take(3).Select(node => node.Html))}")));
        var (scroll, window) = (await Page.EvaluateAsync<int>("document.documentElement.scrollWidth"), await Page.EvaluateAsync<int>("innerWidth"));
        Assert.True(scroll <= window, $"{Page.Url} is {scroll} wide in a window of {window}");
    }

    /// <summary>Keeps a picture of the window for the documentation when somebody asks for that: <c>CORESYNC_SCREENSHOTS</c> names the directory.</summary>
    public async Task ShowAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("CORESYNC_SCREENSHOTS") is { Length: > 0 } directory)
            await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(directory, name + ".png"), Animations = ScreenshotAnimations.Disabled });
    }

    /// <summary>The browser had nothing to complain about so far.</summary>
    public void HasNoComplaints() => Assert.Empty(complaints);

    public async ValueTask DisposeAsync()
    {
        await context.DisposeAsync();
        HasNoComplaints();
    }

    [GeneratedRegex(@"<p[\s>](?:(?!</p>).)*<form\b", RegexOptions.Singleline)]
    private static partial Regex FormInParagraph();
}
