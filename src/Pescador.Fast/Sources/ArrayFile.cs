using System.Diagnostics;

namespace Pescador.Fast;

/// <summary>A file, or several, of whole arrays with equal first dimensions: <c>.npy</c>, <c>.npz</c>, <c>.safetensors</c>.</summary>
internal abstract class ArrayFile(string path, SourceLimits limits) : SourceFile(path, limits)
{
    /// <summary>Reads the headers into the catalogue, which owns the mappings.</summary>
    internal abstract void Read(ArrayCatalogue catalogue);

    internal override SourceInfo Inspect()
    {
        using var catalogue = new ArrayCatalogue();
        Read(catalogue);
        ArrayInfo[] arrays = [.. catalogue.Arrays.Select(entry => InfoOf(entry.Array))];
        bool isTable = arrays.Length > 0 && arrays.All(array => !array.Shape.IsEmpty && array.Shape[0] == arrays[0].Shape[0]);
        return new SourceInfo(Path, Format, arrays, isTable ? arrays[0].Shape[0] : null, catalogue.Files.Sum(file => file.LengthInBytes))
        {
            Notes = catalogue.Notes,
        };
    }

    internal override SourceTable Open(MemoryBudget? budget)
    {
        var catalogue = new ArrayCatalogue();
        try
        {
            Read(catalogue);
            Check(catalogue);
            return ColumnTable.Open(Name, catalogue.Arrays.ToArray(), budget);
        }
        catch
        {
            catalogue.Dispose();
            throw;
        }
    }

    private void Check(ArrayCatalogue catalogue)
    {
        if (catalogue.Arrays.Count == 0)
        {
            throw new DataException(Name, null, "there are no arrays in it");
        }

        (FileMapping firstFile, StoredArray first) = catalogue.Arrays[0];
        HashSet<string> names = [];
        foreach ((FileMapping file, StoredArray array) in catalogue.Arrays)
        {
            if (array.Shape.Length == 0)
            {
                throw new DataException(file.Name, null, $"the array '{array.Name}' is a scalar and has no rows");
            }

            if (array.Shape[0] != first.Shape[0])
            {
                throw new DataException(
                    file.Name, null, $"the array '{array.Name}' has {array.Shape[0]} rows, but '{first.Name}' in '{firstFile.Name}' has {first.Shape[0]}");
            }

            if (!names.Add(array.Name))
            {
                throw new DataException(file.Name, null, $"two arrays have the name '{array.Name}'");
            }

            if (array.Shape[0] > int.MaxValue && array.Shape.Contains(0))
            {
                throw new DataException(
                    file.Name, null, $"the array '{array.Name}' has {array.Shape[0]} rows that hold nothing; at most {int.MaxValue} are accepted");
            }
        }

        Debug.Assert(catalogue.Files.All(file => catalogue.Arrays.Exists(entry => entry.File == file)), "the table must own every mapping");
    }

    private static ArrayInfo InfoOf(StoredArray array)
    {
        nint elements = 1;
        foreach (nint length in array.Shape)
        {
            elements *= length;
        }

        return new ArrayInfo(array.Name, array.ElementType, array.Shape, (long)elements * array.StoredElementLength)
        {
            OffsetInBytes = array.Deflated is null ? array.OffsetInBytes : null,
            IsCompressed = array.Deflated is not null,
            IsFortranOrder = array.IsFortranOrder,
            IsInterleaved = array.Strides is not null && !array.IsFortranOrder,
            IsConverted = array.Stored != StoredElement.Native,
        };
    }
}
