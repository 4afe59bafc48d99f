using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Pescador.Fast;

/// <summary>A user's iterator method and its arguments.</summary>
/// <param name="method">The method, for its name and to know the compiler's iterators.</param>
/// <param name="start">Calls it; runs none of an iterator's body yet.</param>
/// <param name="arguments">For the label.</param>
internal sealed class IteratorStreamer<T>(MethodInfo method, Func<StreamContext, IEnumerable<T>> start, object?[] arguments)
    : Streamer<T>(null)
{
    // An iterator object of the compiler's can be enumerated again from its start; whatever else a method returns was made by code that
    // must run again.
    private readonly Type? _iteratorType = method.GetCustomAttribute<IteratorStateMachineAttribute>()?.StateMachineType;

    internal override string Label { get; } = LabelOf(method, arguments);

    internal override IEnumerable<IStreamerNode> Inputs => [];

    internal override Activation<T> Create() => new IteratorActivation(this);

    private static string LabelOf(MethodInfo method, object?[] arguments)
    {
        IEnumerable<string> shown = arguments.Select(static argument => argument switch
        {
            null => "null",
            string text => $"\"{text}\"",
            IConvertible value => value.ToString(CultureInfo.InvariantCulture),
            IStreamerNode node => $"{{{StreamOutline.Of(node).TrimEnd().Replace("\n", "; ", StringComparison.Ordinal)}}}",
            _ => argument.GetType().Name,
        });
        return $"{method.DeclaringType?.Name}.{method.Name}({string.Join(", ", shown)})";
    }

    private bool CanEnumerateAgain(IEnumerable<T> enumerable)
    {
        Type type = enumerable.GetType();
        return _iteratorType is not null && (type == _iteratorType || (type.IsGenericType && type.GetGenericTypeDefinition() == _iteratorType));
    }

    private sealed class IteratorActivation : Activation<T>
    {
        private readonly IteratorStreamer<T> _recipe;
        private readonly StreamContext _context;
        private IEnumerable<T>? _enumerable;
        private IEnumerator<T>? _enumerator;
        private long _taken; // how often it was asked and did not end
        private bool _canEnumerateAgain;
        private bool _buildsInPlace;

        internal IteratorActivation(IteratorStreamer<T> recipe)
            : base(recipe)
        {
            _recipe = recipe;
            _context = new StreamContext(NextChildSeed);
        }

        internal override bool TryNext([MaybeNullWhen(false)] out T item)
        {
            IEnumerator<T> enumerator = _enumerator ?? Enumerate();
            _taken++; // before: one that throws is taken, too, and is thrown again when the state is restored
            if (!enumerator.MoveNext())
            {
                _taken--;
                item = default;
                return false;
            }

            item = enumerator.Current;
            if (typeof(T) == typeof(Sample))
            {
                _context.Untrack((Sample)(object)item!); // T is Sample: no boxing is left after compilation
            }

            return true;
        }

        internal override int Fill(RowWriter rows, int count)
        {
            if (!_buildsInPlace)
            {
                return base.Fill(rows, count);
            }

            IEnumerator<T> enumerator = _enumerator ?? Enumerate();
            int filled = 0;
            while (filled < count && _buildsInPlace)
            {
                if (!TryBuild(enumerator, rows, out Sample row))
                {
                    return filled;
                }

                using var sample = (Sample)(object)enumerator.Current!; // T is Sample
                filled++;
                _context.Untrack(sample);
                if (sample == row)
                {
                    rows.Advance(1);
                    continue;
                }

                MoveOut(row);
                rows.Append(sample);
            }

            return filled < count ? filled + base.Fill(rows, count - filled) : filled;
        }

        // Lends the next row to the iterator while it is asked.
        private bool TryBuild(IEnumerator<T> enumerator, RowWriter rows, out Sample row)
        {
            _taken++;
            _context.Offer(rows);
            try
            {
                bool hasNext = enumerator.MoveNext();
                row = _context.EndOffer();
                _taken -= hasNext ? 0 : 1;
                return hasNext;
            }
            catch
            {
                MoveOut(_context.EndOffer()); // the row goes to the next sample, if the error is skipped
                throw;
            }
        }

        private void MoveOut(Sample row)
        {
            if (!row.IsDefault && !row.IsDisposed)
            {
                _context.MoveToOwnMemory(row);
                _buildsInPlace = false;
            }
        }

        protected override void Begin()
        {
            _taken = 0;
            _buildsInPlace = true;
            _context.Begin(Scope, Seed);
        }

        protected override void End()
        {
            IEnumerator<T>? enumerator = _enumerator;
            _enumerator = null;
            try
            {
                enumerator?.Dispose(); // runs its finally blocks
            }
            finally
            {
                _context.End();
            }
        }

        protected override void SaveState(StateWriter writer) => writer.Write(_taken);

        // Replays: a user's iterator has no position that could be stored.
        protected override void LoadState(StateReader reader)
        {
            long given = reader.ReadInt64();
            while (_taken < given)
            {
                T? item;
                bool hasNext;
                try
                {
                    hasNext = TryNext(out item);
                }
                catch (DataException)
                {
                    continue; // as it did then, and somebody skipped it
                }

                if (!hasNext)
                {
                    throw new PescadorException(
                        $"{_recipe.Label} gave {_taken} samples when it was replayed, but {given} before the state was saved. "
                        + "An iterator must depend on its arguments and its context alone.");
                }

                Owned<T>.Dispose(item!); // it has one
            }
        }

        private IEnumerator<T> Enumerate()
        {
            if (!_canEnumerateAgain)
            {
                _enumerable = _recipe.Call(_context);
                _canEnumerateAgain = _recipe.CanEnumerateAgain(_enumerable);
            }

            return _enumerator = _enumerable!.GetEnumerator(); // called above, now or before
        }
    }

    private IEnumerable<T> Call(StreamContext context) =>
        start(context) ?? throw new InvalidOperationException($"{Label} returned null where it should return an enumerable.");
}
