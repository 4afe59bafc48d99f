using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>A bell of the kernel's futexes, the kind that works between processes.</summary>
internal sealed unsafe partial class FutexBell(nint words, bool isSpinning = true) : SharedBell(words, isSpinning)
{
    private const int WaitOperation = 0; // FUTEX_WAIT; not FUTEX_PRIVATE_FLAG, which would only find threads of this process
    private const int WakeOperation = 1;
    private const int TimedOut = 110;

    /// <summary>The system call's number; it differs between architectures.</summary>
    private static readonly nint Number = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 202 : 98;

    /// <summary>Whether there are futexes here whose number is known.</summary>
    internal static bool IsSupported => OperatingSystem.IsLinux()
        && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64 or Architecture.RiscV64 or Architecture.LoongArch64;

    private protected override bool Block(uint rung)
    {
        // Invariant: the word is mapped as long as anybody is in here; the time is read before the call returns.
        Span<long> tick = [0, TickInMilliseconds * 1_000_000L];
        fixed (long* time = tick)
        {
            return Call(Number, Word, WaitOperation, (nint)rung, time, 0, 0) == 0 || Marshal.GetLastPInvokeError() != TimedOut;
        }
    }

    // The waker only looks the address up; it need not be mapped for anybody else any more.
    private protected override void Wake() => _ = Call(Number, Word, WakeOperation, int.MaxValue, null, 0, 0);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Call(nint number, nint word, nint operation, nint value, long* time, nint unused, nint unusedToo);
}
