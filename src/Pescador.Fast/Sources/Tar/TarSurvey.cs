namespace Pescador.Fast;

/// <summary>What all samples of a <c>.tar</c> have in common.</summary>
/// <param name="table">Open.</param>
/// <param name="index">Its index.</param>
internal sealed class TarSurvey(TarTable table, TarIndex index)
{
    /// <summary>Reads the headers of all samples.</summary>
    /// <param name="notes">Takes the samples that cannot be read, or differ in more than lengths.</param>
    internal ArrayInfo[] Arrays(List<string> notes)
    {
        SampleSpec first = table.RowSpec;
        nint[][] shapes = Array.ConvertAll(first.Tensors.ToArray(), tensor => (nint[])[index.Samples, .. tensor.Shape]);
        var lengths = new long[shapes.Length];
        var offsets = new long?[shapes.Length];
        long damaged = 0;
        long others = 0;
        for (int sample = 0; sample < index.Samples; sample++)
        {
            try
            {
                TarForm form = table.FormOf(sample);
                if (!Widen(form.Spec, first, shapes))
                {
                    others++;
                    continue;
                }

                for (int i = 0; i < lengths.Length; i++)
                {
                    lengths[i] += form.Rows(i).SourceLength;
                    offsets[i] ??= index.MembersOf(sample)[i].OffsetInBytes + form.DataOffset(i);
                }
            }
            catch (DataException)
            {
                damaged++;
            }
        }

        if (damaged > 0)
        {
            notes.Add($"{damaged} samples cannot be read");
        }

        if (others > 0)
        {
            notes.Add($"{others} samples have other tensors than the first, or other numbers of axes");
        }

        return [.. shapes.Select((shape, i) => new ArrayInfo(first[i].Name, first[i].ElementType, shape, lengths[i]) { OffsetInBytes = offsets[i] })];
    }

    // Notes axes whose lengths differ.
    private static bool Widen(SampleSpec spec, SampleSpec first, nint[][] shapes)
    {
        if (ReferenceEquals(spec, first))
        {
            return true;
        }

        for (int i = 0; i < first.Count; i++)
        {
            if (spec.Count != first.Count || spec[i].Name != first[i].Name || spec[i].ElementType != first[i].ElementType
                || spec[i].Shape.Length != first[i].Shape.Length)
            {
                return false;
            }
        }

        for (int i = 0; i < first.Count; i++)
        {
            for (int axis = 0; axis < spec[i].Shape.Length; axis++)
            {
                shapes[i][axis + 1] = spec[i].Shape[axis] == first[i].Shape[axis] ? shapes[i][axis + 1] : -1;
            }
        }

        return true;
    }
}
