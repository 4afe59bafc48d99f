namespace Pescador.Fast;

/// <summary>A WebDataset <c>.tar</c>: adjacent files with one key are a sample, each <c>KEY.FIELD.npy</c> its tensor FIELD.</summary>
internal sealed class TarFile(string path, SourceLimits limits) : SourceFile(path, limits)
{
    internal override string Format => "tar";

    internal override SourceInfo Inspect()
    {
        FileMapping file = FileMapping.Open(FullPath);
        TarIndex index;
        try
        {
            index = TarIndex.Read(file, Limits);
            if (index.Samples == 0)
            {
                SourceInfo nothing = new(Path, Format, [], null, file.LengthInBytes) { Notes = [.. index.Notes] };
                file.Dispose();
                return nothing;
            }
        }
        catch
        {
            file.Dispose();
            throw;
        }

        using TarTable table = Table(file, index, null);
        List<string> notes = [.. index.Notes];
        ArrayInfo[] arrays = new TarSurvey(table, index).Arrays(notes);
        return new SourceInfo(Path, Format, arrays, index.Samples, file.LengthInBytes) { Notes = notes };
    }

    internal override SourceTable Open(MemoryBudget? budget)
    {
        FileMapping file = FileMapping.Open(FullPath);
        try
        {
            TarIndex index = TarIndex.Read(file, Limits);
            return index.Samples > 0
                ? Table(file, index, budget)
                : throw new DataException(Name, null, $"there is no sample with a .npy member in it{string.Concat(index.Notes.Select(note => $"; {note}"))}");
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private TarTable Table(FileMapping file, TarIndex index, MemoryBudget? budget)
    {
        try
        {
            return new TarTable(file, index, Limits, budget);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
