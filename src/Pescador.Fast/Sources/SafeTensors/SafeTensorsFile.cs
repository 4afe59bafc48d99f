namespace Pescador.Fast;

/// <summary>A <c>.safetensors</c> file: tensors by name, little-endian and row-major, after a header in JSON.</summary>
internal sealed class SafeTensorsFile(string path, SourceLimits limits) : ArrayFile(path, limits)
{
    internal override string Format => "safetensors";

    internal override void Read(ArrayCatalogue catalogue)
    {
        FileMapping file = catalogue.Map(FullPath);
        catalogue.Add(file, SafeTensorsHeader.Read(file, Limits, catalogue.Notes));
    }
}
