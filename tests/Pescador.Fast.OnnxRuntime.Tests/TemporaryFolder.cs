namespace Pescador.Fast.OnnxTests;

/// <summary>A folder of a test's own, removed with what is in it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("pescador-onnx-").FullName;

    internal string this[string name] => Path.Combine(_path, name);

    internal string Full => _path;

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
