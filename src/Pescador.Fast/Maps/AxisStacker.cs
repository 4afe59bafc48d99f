namespace Pescador.Fast;

/// <summary>
/// Joins samples along an axis that is not the first: each sample's rows go between those of its neighbours.
/// </summary>
/// <remarks>For axis 1 of [2, n], three samples a, b, c:<code>
/// | a[0] b[0] c[0] | a[1] b[1] c[1] |
/// </code>Samples are pulled loose; their memory is not that of the batch anywhere.</remarks>
internal sealed class AxisStacker(int axis, int size)
{
    internal int Fill(RowWriter rows, Sample first, Activation<Sample> source)
    {
        int filled = 0;
        if (!first.IsDefault)
        {
            Append(rows, first, filled++);
        }

        while (filled < size && source.TryNext(out Sample sample))
        {
            using (sample)
            {
                Append(rows, sample, filled++);
            }
        }

        return filled;
    }

    /// <summary>Moves the pieces of a short batch together, so that it is dense.</summary>
    internal void Close(RowWriter rows, int filled)
    {
        for (int i = 0; i < rows.RowSpec.Count; i++)
        {
            (nint pieces, nint length) = PiecesOf(rows.RowSpec[i]);
            for (nint piece = 1; piece < pieces; piece++)
            {
                // Piece by piece to the front: the ranges may overlap, and a span's copy allows that.
                TensorBlock.Copy(
                    ref rows.Piece(i, piece * size * length), ref rows.Piece(i, piece * filled * length), filled * length);
            }
        }
    }

    private void Append(RowWriter rows, Sample sample, int place)
    {
        SampleCore core = sample.Core;
        bool isInOrder = rows.Accept(core.Spec);
        for (int i = 0; i < rows.RowSpec.Count; i++)
        {
            int from = isInOrder ? i : core.Spec.IndexOf(rows.RowSpec[i].Name);
            (nint pieces, nint length) = PiecesOf(rows.RowSpec[i]);
            for (nint piece = 0; piece < pieces; piece++)
            {
                TensorBlock.Copy(
                    ref sample[from].BytesAt(piece * length), ref rows.Piece(i, ((piece * size) + place) * length), length);
            }
        }

        rows.Advance(1);
    }

    private (nint Pieces, nint LengthInBytes) PiecesOf(TensorSpec tensor)
    {
        nint pieces = 1;
        foreach (nint length in tensor.Shape[..axis])
        {
            pieces *= length;
        }

        return (pieces, pieces == 0 ? 0 : tensor.LengthInBytes / pieces);
    }
}
