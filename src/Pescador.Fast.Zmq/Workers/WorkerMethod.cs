using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Pescador.Fast;

/// <summary>A static method by which another process can be told what to stream.</summary>
/// <param name="File">That its assembly lies in.</param>
/// <param name="Module">Which build of it.</param>
/// <param name="Token">Of the method.</param>
/// <param name="Name">For messages.</param>
/// <param name="Arguments">As JSON; null when there are none.</param>
/// <param name="IsSharded">Whether it is told its shard.</param>
internal sealed record WorkerMethod(string File, Guid Module, int Token, string Name, string? Arguments, bool IsSharded)
{
    /// <exception cref="ArgumentException">It is no method that another process can call; the message says why.</exception>
    [RequiresUnreferencedCode(ProcessPlan.NeedsReflection)]
    [SuppressMessage("SingleFile", "IL3000", Justification = "An empty location is what is looked for.")]
    internal static WorkerMethod Of(Delegate method, string? arguments, bool isSharded)
    {
        MethodInfo info = method.Method;
        string name = $"{info.DeclaringType?.FullName}.{info.Name}";
        if (!info.IsStatic || method.Target is not null || method.HasSingleTarget is false)
        {
            throw new ArgumentException(
                $"{name} is not a static method: another process has only its name. Give a static method, without what a lambda captures; "
                + "what it needs to know goes into its arguments.", nameof(method));
        }

        if (info.IsGenericMethod || info.DeclaringType is { IsGenericType: true })
        {
            throw new ArgumentException($"{name} is generic; give a method that is not.", nameof(method));
        }

        string assembly = info.Module.Assembly.Location;
        if (assembly.Length == 0)
        {
            throw new ArgumentException(
                $"The assembly of {name} has no file that another process could load: it was published as a single file, or made in memory.", nameof(method));
        }

        return new WorkerMethod(assembly, info.Module.ModuleVersionId, info.MetadataToken, name, arguments, isSharded);
    }

    /// <summary>Calls the method in the worker's process.</summary>
    /// <exception cref="PescadorException">The assembly cannot be loaded, or is another build, or the method gave nothing.</exception>
    [RequiresUnreferencedCode(ProcessPlan.NeedsReflection)]
    [RequiresDynamicCode(ProcessPlan.NeedsReflection)]
    internal static Streamer<Sample> Call(WorkerSetup setup)
    {
        Assembly assembly = Load(setup.Assembly);
        Module module = assembly.ManifestModule;
        if (module.ModuleVersionId != setup.Module)
        {
            throw new PescadorException(
                $"{setup.Assembly} is another build here than in the process that asked: expected {setup.Module}, got {module.ModuleVersionId}.");
        }

        var method = (MethodInfo)(module.ResolveMethod(setup.Method) ?? throw new PescadorException($"{setup.Assembly} has no method {setup.Method:x8}."));
        var given = new List<object?>();
        if (setup.Arguments is not null)
        {
            given.Add(WorkerArguments.Read(setup.Arguments, method.GetParameters()[0].ParameterType));
        }

        if (setup.IsSharded)
        {
            given.Add(new WorkerShard(setup.Number, setup.Workers));
        }

        object? made = method.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [.. given], null);
        return made as Streamer<Sample> ?? throw new PescadorException($"{method.DeclaringType?.FullName}.{method.Name} gave no streamer.");
    }

    [RequiresUnreferencedCode(ProcessPlan.NeedsReflection)]
    private static Assembly Load(string file)
    {
        try
        {
            // By name, where the worker has the caller's own dependencies: then what it refers to is found the same way.
            return Assembly.Load(new AssemblyName(Path.GetFileNameWithoutExtension(file)));
        }
        catch (FileNotFoundException)
        {
            try
            {
                return Assembly.LoadFrom(file);
            }
            catch (Exception error) when (error is IOException or BadImageFormatException)
            {
                throw new PescadorException($"The worker cannot load the assembly {file}: {error.Message}", error);
            }
        }
    }
}
