using System.Diagnostics.CodeAnalysis;

namespace Pescador.Fast;

/// <summary>Makes streamers of iterator methods, of anything enumerable, and of the rows of arrays.</summary>
public static class Streamer
{
    /// <summary>A streamer of an iterator method. Each activation enumerates it anew, with a context of its own.</summary>
    /// <param name="iterator">As in <c>static IEnumerable&lt;Sample&gt; Noisy(StreamContext context, ...)</c>. It depends on its arguments and
    /// its context alone, and draws from <see cref="StreamContext.Random"/>; then its runs repeat and its state can be restored.</param>
    public static Streamer<T> Create<T>(Func<StreamContext, IEnumerable<T>> iterator)
    {
        ArgumentNullException.ThrowIfNull(iterator);
        return new IteratorStreamer<T>(iterator.Method, iterator, []);
    }

    /// <inheritdoc cref="Create{T}(Func{StreamContext, IEnumerable{T}})"/>
    public static Streamer<T> Create<T, TArg>(Func<StreamContext, TArg, IEnumerable<T>> iterator, TArg argument)
    {
        ArgumentNullException.ThrowIfNull(iterator);
        return new IteratorStreamer<T>(iterator.Method, context => iterator(context, argument), [argument]);
    }

    /// <inheritdoc cref="Create{T}(Func{StreamContext, IEnumerable{T}})"/>
    public static Streamer<T> Create<T, TArg1, TArg2>(
        Func<StreamContext, TArg1, TArg2, IEnumerable<T>> iterator, TArg1 argument1, TArg2 argument2)
    {
        ArgumentNullException.ThrowIfNull(iterator);
        return new IteratorStreamer<T>(iterator.Method, context => iterator(context, argument1, argument2), [argument1, argument2]);
    }

    /// <inheritdoc cref="Create{T}(Func{StreamContext, IEnumerable{T}})"/>
    public static Streamer<T> Create<T, TArg1, TArg2, TArg3>(
        Func<StreamContext, TArg1, TArg2, TArg3, IEnumerable<T>> iterator, TArg1 argument1, TArg2 argument2, TArg3 argument3)
    {
        ArgumentNullException.ThrowIfNull(iterator);
        return new IteratorStreamer<T>(
            iterator.Method, context => iterator(context, argument1, argument2, argument3), [argument1, argument2, argument3]);
    }

    /// <inheritdoc cref="Create{T}(Func{StreamContext, IEnumerable{T}})"/>
    public static Streamer<T> Create<T, TArg1, TArg2, TArg3, TArg4>(
        Func<StreamContext, TArg1, TArg2, TArg3, TArg4, IEnumerable<T>> iterator,
        TArg1 argument1,
        TArg2 argument2,
        TArg3 argument3,
        TArg4 argument4)
    {
        ArgumentNullException.ThrowIfNull(iterator);
        return new IteratorStreamer<T>(
            iterator.Method,
            context => iterator(context, argument1, argument2, argument3, argument4),
            [argument1, argument2, argument3, argument4]);
    }

    /// <summary>A streamer of anything enumerable: an array, a list, a query, another streamer (which is given back as it is).
    /// Samples in it stay its own: what is streamed are views that hold them, to be disposed as any other.</summary>
    /// <param name="source">Enumerated anew by each activation.</param>
    public static Streamer<T> From<T>(IEnumerable<T> source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source as Streamer<T> ?? new EnumerableStreamer<T>(source);
    }

    /// <summary>A streamer of the rows of in-memory arrays, without a copy.</summary>
    /// <param name="tensors">By name, with equal first dimensions.</param>
    /// <param name="order">In which order.</param>
    /// <exception cref="ArgumentException">There are none, one is a scalar, or the first dimensions differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An unknown order.</exception>
    public static Streamer<Sample> FromRows(IEnumerable<KeyValuePair<string, TensorData>> tensors, RowOrder order = RowOrder.Random) =>
        FromRows(new TensorRows(tensors), order);

    /// <summary>A streamer of the rows of a table that others may share.</summary>
    /// <inheritdoc cref="FromRows(IEnumerable{KeyValuePair{string, TensorData}}, RowOrder)"/>
    public static Streamer<Sample> FromRows(TensorRows rows, RowOrder order = RowOrder.Random)
    {
        ArgumentNullException.ThrowIfNull(rows);
        EnumValue.Check(order, nameof(order));
        return new RowsStreamer(rows, order);
    }

    /// <summary>Turns a function that makes a streamer into one for Select: <c>files.Select(Streamer.Streamable(SampleFile))</c>.</summary>
    /// <param name="method">An iterator method with one argument besides the context.</param>
    public static Func<TArg, Streamer<T>> Streamable<T, TArg>(Func<StreamContext, TArg, IEnumerable<T>> method)
    {
        ArgumentNullException.ThrowIfNull(method);
        return argument => Create(method, argument);
    }

    /// <inheritdoc cref="Streamable{T, TArg}(Func{StreamContext, TArg, IEnumerable{T}})"/>
    [SuppressMessage("Design", "CA1005", Justification = "All three are inferred.")]
    public static Func<TArg1, TArg2, Streamer<T>> Streamable<T, TArg1, TArg2>(Func<StreamContext, TArg1, TArg2, IEnumerable<T>> method)
    {
        ArgumentNullException.ThrowIfNull(method);
        return (argument1, argument2) => Create(method, argument1, argument2);
    }
}
