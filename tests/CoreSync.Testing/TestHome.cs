namespace CoreSync.Testing;

/// <summary>Gives a test process a home directory of its own: the platform's certificate store and claims of names live below it.</summary>
public static class TestHome
{
    /// <summary>Call before anything asks for the home directory, best from a module initializer; deleted when the process ends.</summary>
    public static void Use()
    {
        var home = Directory.CreateTempSubdirectory("coresync-home-").FullName;
        Environment.SetEnvironmentVariable("HOME", home);
        Environment.SetEnvironmentVariable("XDG_DATA_HOME", null);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(home, recursive: true);
    }
}
