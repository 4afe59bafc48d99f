using System.Runtime.InteropServices;

namespace Pescador.Fast.Throughput;

/// <summary>The reference: libzmq at both ends, called from this program, without a copy that it does not make itself.</summary>
internal sealed class LibzmqContestant : TransportContestant
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    private readonly TransportRecipe _recipe;
    private readonly nint _context = Libzmq.NewContext();
    private readonly nint _socket;
    private readonly nint _message = Libzmq.NewMessage();
    private bool _isClosed;

    internal LibzmqContestant(TransportRecipe recipe)
        : base(recipe, ProducerKind.Libzmq)
    {
        _recipe = recipe;
        _socket = Libzmq.NewSocket(_context, Libzmq.Pull);
        Libzmq.Set(_socket, Libzmq.ReceiveQueue, recipe.Depth);
        Libzmq.Set(_socket, Libzmq.ReceiveTimeout, (int)LongestWait.TotalMilliseconds);
        Libzmq.Connect(_socket, Producer.Endpoint);
    }

    protected override void Receive()
    {
        (nint address, nuint length) = Libzmq.Receive(_socket, _message);
        if (length != (nuint)_recipe.LengthInBytes || Marshal.ReadInt32(address, 4) != 1 || Marshal.ReadByte(address, (int)length - sizeof(float)) != (byte)((int)length / sizeof(float) - 1))
        {
            throw new VerificationException($"libzmq received {length} bytes that are not what was sent.");
        }

        Libzmq.CloseMessage(_message);
    }

    protected override void Close()
    {
        if (!_isClosed)
        {
            _isClosed = true;
            Libzmq.FreeMessage(_message);
            Libzmq.Close(_socket);
            Libzmq.EndContext(_context);
        }
    }
}
