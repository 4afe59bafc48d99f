namespace Pescador.Fast;

/// <summary>Ownership of stream elements of any type: samples, and whatever else is disposable, are disposed by who has them last.</summary>
internal static class Owned<T>
{
    internal static void Dispose(T item)
    {
        if (typeof(T) == typeof(Sample))
        {
            ((Sample)(object)item!).Dispose(); // T is Sample: no boxing is left after compilation
        }
        else if (typeof(T) == typeof(TensorTuple))
        {
            ((TensorTuple)(object)item!).Dispose(); // named, as the next is, because a struct disposed through its interface is boxed
        }
        else if (typeof(T) == typeof(KerasTuple))
        {
            ((KerasTuple)(object)item!).Dispose();
        }
        else if (item is IDisposable disposable)
        {
            disposable.Dispose();
        }
    }

    /// <summary>Whether two are the same object, so that disposing one would dispose the other.</summary>
    internal static bool AreSame(T left, T right) => typeof(T).IsValueType
        ? EqualityComparer<T>.Default.Equals(left, right)
        : ReferenceEquals(left, right); // two equal objects are two to dispose
}
