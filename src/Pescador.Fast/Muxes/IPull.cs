using System.Diagnostics.CodeAnalysis;

namespace Pescador.Fast;

/// <summary>How a mux takes the next sample from the stream it has drawn: loose, or into a row.</summary>
internal interface IPull<T>
{
    /// <summary>Takes one.</summary>
    /// <returns>False when the stream has ended.</returns>
    bool From(Activation<T> stream);
}

/// <summary>Takes it loose.</summary>
internal struct LoosePull<T> : IPull<T>
{
    internal T? Item;

    public bool From(Activation<T> stream) => stream.TryNext(out Item);

    /// <summary>What a TryNext returns.</summary>
    internal readonly bool Give(bool hasItem, [MaybeNullWhen(false)] out T item)
    {
        item = Item!; // set by the stream that gave it
        return hasItem;
    }
}

/// <summary>Takes it into the next row.</summary>
internal readonly struct RowPull<T>(RowWriter rows) : IPull<T>
{
    public bool From(Activation<T> stream) => stream.Fill(rows, 1) == 1;
}
