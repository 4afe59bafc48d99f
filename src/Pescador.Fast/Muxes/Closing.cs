using System.Runtime.ExceptionServices;

namespace Pescador.Fast;

/// <summary>Closes several streams, all of them, whatever their finally blocks throw; the first error is passed on at the end.</summary>
internal static class Closing
{
    internal static void All<T>(Span<Activation<T>?> streams)
    {
        ExceptionDispatchInfo? first = null;
        foreach (ref Activation<T>? slot in streams)
        {
            One(ref slot, ref first);
        }

        first?.Throw();
    }

    internal static void One<T>(ref Activation<T>? slot, ref ExceptionDispatchInfo? first)
    {
        Activation<T>? stream = slot;
        slot = null;
        try
        {
            stream?.Close();
        }
        catch (Exception error)
        {
            first ??= ExceptionDispatchInfo.Capture(error);
        }
    }
}
