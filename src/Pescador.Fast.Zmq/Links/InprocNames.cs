namespace Pescador.Fast;

/// <summary>The names of inproc endpoints in this process: who is bound to each, and who waits for somebody to be.</summary>
internal static class InprocNames
{
    private static readonly Dictionary<string, Name> Names = [];

    /// <summary>Joins a name, and is paired with whom it meets there.</summary>
    /// <param name="end">An inlet's or an outlet's end.</param>
    /// <exception cref="PescadorException">Somebody else is bound to it, or the other side is the same, or has another pattern.</exception>
    internal static void Join(InprocEnd end)
    {
        lock (Names)
        {
            if (!Names.TryGetValue(end.Address, out Name? name))
            {
                Names.Add(end.Address, name = new Name());
            }

            try
            {
                Check(name, end);
            }
            catch
            {
                Forget(end.Address, name);
                throw;
            }

            if (end.IsBinding)
            {
                name.Bound = end;
            }
            else
            {
                name.Connected.Add(end);
            }

            Pair(name);
        }
    }

    /// <summary>Leaves it; whom it was paired with is told, and may meet another.</summary>
    internal static void Leave(InprocEnd end)
    {
        lock (Names)
        {
            if (!Names.TryGetValue(end.Address, out Name? name) || (!ReferenceEquals(name.Bound, end) && !name.Connected.Remove(end)))
            {
                return;
            }

            if (ReferenceEquals(name.Bound, end))
            {
                name.Bound = null;
            }

            foreach (InprocPipe pipe in end.Pipes)
            {
                pipe.Cut();
            }

            Pair(name);
            Forget(end.Address, name);
        }
    }

    private static void Check(Name name, InprocEnd end)
    {
        if (end.IsBinding && name.Bound is not null)
        {
            throw new PescadorException($"inproc://{end.Address} is bound already in this process; only one can be.");
        }

        foreach (InprocEnd other in end.IsBinding ? name.Connected : name.Bound is { } bound ? [bound] : [])
        {
            if (other.IsOutlet == end.IsOutlet)
            {
                throw new PescadorException($"inproc://{end.Address}: a {end.Role} cannot meet a {other.Role}; one must send, the other receive.");
            }

            if (other.Pattern != end.Pattern)
            {
                throw new PescadorException($"inproc://{end.Address}: expected the pattern {other.Pattern}, as the {other.Role}'s; got {end.Pattern}.");
            }
        }
    }

    private static void Pair(Name name)
    {
        foreach (InprocEnd connected in name.Connected)
        {
            if (name.Bound is { } bound && connected.CanMeetAnother && bound.CanMeetAnother && !connected.Meets(bound))
            {
                (InprocEnd outlet, InprocEnd inlet) = bound.IsOutlet ? (bound, connected) : (connected, bound);
                var pipe = new InprocPipe(outlet, inlet);
                outlet.Add(pipe);
                inlet.Add(pipe);
            }
        }
    }

    private static void Forget(string address, Name name)
    {
        if (name.Bound is null && name.Connected.Count == 0)
        {
            Names.Remove(address);
        }
    }

    private sealed class Name
    {
        internal InprocEnd? Bound;
        internal readonly List<InprocEnd> Connected = [];
    }
}
