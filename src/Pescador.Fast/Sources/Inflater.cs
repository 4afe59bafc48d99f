namespace Pescador.Fast;

internal static class Inflater
{
    internal static void Inflate(FileMapping file, ZipMember member, TensorBlock destination, long skip, long length) =>
        throw new NotSupportedException($"{file.Name} {member} {destination} {skip} {length}");
}
