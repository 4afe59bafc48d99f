using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Pescador.Fast;

/// <summary>
/// One mini-batch after the other, read row by row: all of one form but for their length. It owns the one that is being read.
/// </summary>
/// <param name="givenForm">The rows' form; the first mini-batch's when null.</param>
internal sealed class MiniBatchReader(SampleSpec? givenForm)
{
    private SampleSpec? _lastForm; // kept, so that a next activation of the same form finds its slabs
    private SampleSpec? _accepted; // the whole form last seen to fit, and what it means:
    private nint _acceptedLength;
    private int[] _order = [];

    private Sample _current;
    private TensorBlock[] _blocks = []; // the current one's tensors, cut into rows, in the order of the form
    private nint _next;
    private long _taken;

    /// <summary>The form of a row; known once a mini-batch was read.</summary>
    internal SampleSpec? RowSpec { get; private set; }

    /// <summary>Rows not read yet.</summary>
    internal nint Left { get; private set; }

    internal void Begin()
    {
        RowSpec = null;
        _accepted = null;
        _taken = 0;
    }

    /// <summary>Begins another mini-batch; the one before must have no rows left.</summary>
    /// <param name="miniBatch">Belongs to the reader from here on, also if it is refused.</param>
    /// <exception cref="DataException">It has another form, or tensors of different lengths.</exception>
    internal void Read(Sample miniBatch)
    {
        _current = miniBatch;
        SampleCore core = miniBatch.Core;
        if (!ReferenceEquals(core.Spec, _accepted))
        {
            try
            {
                Accept(core.Spec);
            }
            catch
            {
                // Whoever skips the error goes on with the next one.
                Close();
                _accepted = null;
                _taken++;
                throw;
            }
        }

        SampleSpec form = RowSpec!; // set by Accept
        for (int i = 0; i < _order.Length; i++)
        {
            ref readonly TensorBlock block = ref core.Blocks[_order[i]];
            _blocks[i] = block.CutFrom(core.Row, form[i].LengthInBytes);
        }

        _next = 0;
        Left = _acceptedLength;
        _taken++;
        if (Left == 0)
        {
            Close();
        }
    }

    /// <summary>Copies the next rows; after its last the mini-batch is disposed.</summary>
    internal void CopyTo(RowWriter rows, nint count)
    {
        rows.AppendRows(_blocks, _next, count);
        _next += count;
        Left -= count;
        if (Left == 0)
        {
            Close();
        }
    }

    /// <summary>Disposes the current mini-batch.</summary>
    internal void Close()
    {
        _current.Dispose();
        _current = default;
        Left = 0;
    }

    /// <summary>Writes the form, and of the current mini-batch the rows that are left.</summary>
    internal void Save(StateWriter writer, SamplePool views)
    {
        writer.Write(_taken);
        writer.Write(RowSpec is not null);
        if (RowSpec is null)
        {
            return;
        }

        writer.Write(RowSpec);
        writer.Write(Left > 0);
        if (Left > 0)
        {
            SampleCore rest = views.Rent();
            rest.View(RowSpec.Stack(Left), _blocks, _next);
            using var sample = new Sample(rest);
            writer.Write(sample);
        }
    }

    internal void Load(StateReader reader, StreamScope scope)
    {
        long taken = reader.ReadInt64();
        if (reader.ReadBoolean())
        {
            SampleSpec saved = reader.ReadSpec();
            SetForm(givenForm ?? saved); // rows are laid out as a given pool wants them, whatever was saved
            if (reader.ReadBoolean())
            {
                Read(reader.ReadSample(scope));
            }
        }

        _taken = taken;
    }

    private void Accept(SampleSpec spec)
    {
        if (RowSpec is null)
        {
            SetForm(givenForm ?? FormOf(spec));
        }

        SampleSpec form = RowSpec!; // just set
        if (spec.Count != form.Count)
        {
            ThrowExtra(spec, form);
        }

        for (int i = 0; i < form.Count; i++)
        {
            int place = spec.Find(form[i].Name);
            if (place < 0 || !IsRowsOf(spec[place], form[i]))
            {
                ThrowDifferent(place < 0 ? null : spec[place], form[i], spec);
            }

            _order[i] = place;
        }

        _acceptedLength = spec[0].Shape[0];
        foreach (TensorSpec tensor in spec.Tensors)
        {
            if (tensor.Shape[0] != _acceptedLength)
            {
                throw new DataException(
                    $"Tensor '{tensor.Name}' of sample {_taken} has {tensor.Shape[0]} rows where '{spec[0].Name}' has {_acceptedLength}.");
            }
        }

        _accepted = spec;
    }

    // The row form of the first mini-batch; the one kept from the last activation if it is the same.
    private SampleSpec FormOf(SampleSpec first)
    {
        if (_lastForm is { } last && last.Count == first.Count && IsInOrderOf(first, last))
        {
            return last;
        }

        if (first.Count == 0)
        {
            throw new DataException($"Sample {_taken} has no tensors, so it has no rows to batch.");
        }

        var rows = new TensorSpec[first.Count];
        for (int i = 0; i < rows.Length; i++)
        {
            TensorSpec tensor = first[i];
            rows[i] = tensor.Shape.IsEmpty
                ? throw new DataException(
                    $"Tensor '{tensor.Name}' of sample {_taken}: expected rows along a first axis, got the scalar {tensor.Form}.")
                : new TensorSpec(tensor.Name, tensor.ElementType, tensor.Shape[1..]);
        }

        return new SampleSpec(rows);
    }

    private void SetForm(SampleSpec form)
    {
        RowSpec = form.Equals(_lastForm) ? _lastForm : form;
        _lastForm = RowSpec;
        if (_order.Length != form.Count)
        {
            _order = new int[form.Count];
            _blocks = new TensorBlock[form.Count];
        }
    }

    private static bool IsInOrderOf(SampleSpec spec, SampleSpec form)
    {
        for (int i = 0; i < form.Count; i++)
        {
            if (spec[i].Name != form[i].Name || !IsRowsOf(spec[i], form[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsRowsOf(TensorSpec tensor, TensorSpec row) =>
        tensor.ElementType == row.ElementType && !tensor.Shape.IsEmpty && tensor.Shape[1..].SequenceEqual(row.Shape);

    private string Reference => givenForm is null ? "the first one" : "the pool";

    [DoesNotReturn]
    private void ThrowDifferent(TensorSpec? tensor, TensorSpec row, SampleSpec spec) => throw new DataException(
        $"Tensor '{row.Name}' of sample {_taken}: expected {row.ElementType.Name()}[{AxesOf(row)}], as in {Reference}, "
        + (tensor is null ? $"but there are only [{spec.Names}]." : $"got {tensor.Form}."));

    [DoesNotReturn]
    private void ThrowExtra(SampleSpec spec, SampleSpec form)
    {
        foreach (TensorSpec row in form.Tensors)
        {
            if (!spec.Contains(row.Name))
            {
                ThrowDifferent(null, row, spec);
            }
        }

        TensorSpec extra = spec.Tensors.ToArray().First(tensor => !form.Contains(tensor.Name));
        throw new DataException(
            $"Tensor '{extra.Name}' of sample {_taken}: expected only [{form.Names}], as in {Reference}, got {extra.Form} besides.");
    }

    private static string AxesOf(TensorSpec row)
    {
        var axes = new StringBuilder("rows");
        foreach (nint length in row.Shape)
        {
            axes.Append(CultureInfo.InvariantCulture, $",{length}");
        }

        return axes.ToString();
    }
}
