using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>
/// Keeps the process alive when a mapped file loses bytes. Reading a page that the file no longer has raises SIGBUS, which would end the
/// process: nothing managed can catch it. The handler installed here puts a page of zeros there, counts the loss in the mapping's
/// entry, and lets the read go on; whoever reads looks at the count and fails. Signals from elsewhere go to the handler that was there.
/// </summary>
/// <remarks>A handler cannot be managed code (the thread may be in the middle of some), and there is no compiler where this runs, so it is
/// written down as machine code, for Linux on x64. Elsewhere there is no guard: lengths are then checked only when a source is
/// opened anew.</remarks>
internal static unsafe partial class MappingGuard
{
    /// <summary>How many mappings the process can have at once.</summary>
    internal const int Capacity = 65_530; // of Linux by default, vm.max_map_count

    private const int SigBus = 7;
    private const int ReadWrite = 3;
    private const int ReadExecute = 5;
    private const int PrivateAnonymous = 0x22;
    private const int WithInfo = 4;
    private const int OnAlternateStack = 0x0800_0000;
    private const int Restart = 0x1000_0000;
    private const nint CodeLength = 4096;

    private static readonly Lock Gate = new();
    private static readonly Stack<int> Free = new();
    private static Table* _table;
    private static int _highest;
    private static bool _isTried;

    private struct Entry
    {
        internal nint Start; // 0 when free; written last
        internal nint End;
        internal long Losses;
    }

    private struct Table
    {
        internal Entry* End; // of those ever used
        internal long Losses; // of all together
        internal Entry First;
    }

    // C's struct sigaction on 64-bit Linux, of glibc and musl alike.
    private struct SignalAction
    {
        internal nint Handler;
        internal fixed ulong Mask[16];
        internal int Flags;
        internal nint Restorer;
    }

    /// <summary>Guards a mapping from here on.</summary>
    /// <returns>Its ticket; negative where there is no guard.</returns>
    internal static int Add(nint address, long length)
    {
        lock (Gate)
        {
            if (!_isTried)
            {
                _isTried = true;
                _table = Install();
            }

            if (_table is null || (Free.Count == 0 && _highest == Capacity))
            {
                return -1;
            }

            int ticket = Free.Count > 0 ? Free.Pop() : _highest++;

            // Invariant: the table has Capacity entries and lives as long as the process; an entry is written only by whoever holds its ticket.
            Entry* entry = &_table->First + ticket;
            entry->Losses = 0;
            entry->End = address + (nint)length;
            Volatile.Write(ref entry->Start, address);
            if (entry >= _table->End)
            {
                Volatile.Write(ref *(nint*)&_table->End, (nint)(entry + 1));
            }

            return ticket;
        }
    }

    /// <summary>Ends that, before the memory is unmapped.</summary>
    internal static void Remove(int ticket)
    {
        if (ticket < 0)
        {
            return;
        }

        lock (Gate)
        {
            Volatile.Write(ref (&_table->First + ticket)->Start, 0);
            Free.Push(ticket);
        }
    }

    /// <summary>How many pages were lost, of all mappings together: where it has not risen nobody need look further.</summary>
    internal static long Losses => _table is null ? 0 : Volatile.Read(ref _table->Losses);

    /// <summary>Whether pages of the mapping were lost.</summary>
    internal static bool HasLost(int ticket) => ticket >= 0 && Volatile.Read(ref (&_table->First + ticket)->Losses) != 0;

    private static Table* Install()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            return null;
        }

        try
        {
            // Pages of it are taken as they are used.
            var table = (Table*)Map(0, sizeof(Table) + (Capacity * (nint)sizeof(Entry)), ReadWrite, PrivateAnonymous, -1, 0);
            byte* code = (byte*)Map(0, CodeLength, ReadWrite, PrivateAnonymous, -1, 0);
            SignalAction before;
            if ((nint)table == -1 || (nint)code == -1 || Action(SigBus, null, &before) != 0)
            {
                return null;
            }

            table->End = &table->First;
            table->Losses = 0;
            WriteHandler(new Span<byte>(code, (int)CodeLength), (nint)table, before.Handler);
            SignalAction ours = before;
            ours.Handler = (nint)code;
            ours.Flags = WithInfo | OnAlternateStack | Restart;
            return Protect((nint)code, CodeLength, ReadExecute) == 0 && Action(SigBus, &ours, null) == 0 ? table : null;
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
            return null; // a C library of another name
        }
    }

    // void handler(int signal, siginfo_t *info, void *context): edi, rsi, rdx. It changes only registers that a function may change, and asks
    // the kernel itself; what is not in the table goes on to the handler that was there, as it came.
    private static void WriteHandler(Span<byte> code, long table, long before)
    {
        ReadOnlySpan<byte> start =
        [
            0x48, 0x8B, 0x46, 0x10,                     // handler: mov rax,QWORD PTR [rsi+0x10]        the address that was read (si_addr)
            0x49, 0xB8,                                 //          movabs r8, <8 bytes that follow>    the table
        ];
        ReadOnlySpan<byte> search =
        [
            0x4D, 0x8B, 0x08,                           //          mov r9,QWORD PTR [r8]               the end of its entries
            0x4D, 0x8D, 0x58, 0x08,                     //          lea r11,[r8+0x8]                    all losses
            0x49, 0x83, 0xC0, 0x10,                     //          add r8,0x10
            0x4D, 0x39, 0xC8,                           // next:    cmp r8,r9
            0x73, 0x58,                                 //          jae other
            0x4D, 0x8B, 0x10,                           //          mov r10,QWORD PTR [r8]
            0x4D, 0x85, 0xD2,                           //          test r10,r10                        free?
            0x74, 0x4A,                                 //          je over
            0x4C, 0x39, 0xD0,                           //          cmp rax,r10
            0x72, 0x45,                                 //          jb over
            0x49, 0x3B, 0x40, 0x08,                     //          cmp rax,QWORD PTR [r8+0x8]
            0x73, 0x3F,                                 //          jae over
            0xF0, 0x49, 0xFF, 0x40, 0x10,               //          lock inc QWORD PTR [r8+0x10]        one loss more
            0xF0, 0x49, 0xFF, 0x03,                     //          lock inc QWORD PTR [r11]            of all, too
            0x48, 0x89, 0xC7,                           //          mov rdi,rax
            0x48, 0x81, 0xE7, 0x00, 0xF0, 0xFF, 0xFF,   //          and rdi,0xfffffffffffff000
            0xBE, 0x00, 0x10, 0x00, 0x00,               //          mov esi,0x1000
            0xBA, 0x01, 0x00, 0x00, 0x00,               //          mov edx,0x1                         PROT_READ
            0x41, 0xBA, 0x32, 0x00, 0x00, 0x00,         //          mov r10d,0x32                       MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS
            0x49, 0xC7, 0xC0, 0xFF, 0xFF, 0xFF, 0xFF,   //          mov r8,0xffffffffffffffff
            0x45, 0x31, 0xC9,                           //          xor r9d,r9d
            0xB8, 0x09, 0x00, 0x00, 0x00,               //          mov eax,0x9                         mmap
            0x0F, 0x05,                                 //          syscall
            0x48, 0x3D, 0x00, 0xF0, 0xFF, 0xFF,         //          cmp rax,0xfffffffffffff000
            0x77, 0x01,                                 //          ja failed
            0xC3,                                       //          ret
            0x0F, 0x0B,                                 // failed:  ud2                                 no memory for a page: the read cannot go on
            0x49, 0x83, 0xC0, 0x18,                     // over:    add r8,0x18
            0xEB, 0xA3,                                 //          jmp next
            0x48, 0xB8,                                 // other:   movabs rax, <8 bytes that follow>   the handler before
        ];
        ReadOnlySpan<byte> end =
        [
            0xFF, 0xE0,                                 //          jmp rax                             as it was called
        ];
        code = Append(code, start);
        code = Append(code, BitConverter.GetBytes(table));
        code = Append(code, search);
        code = Append(code, BitConverter.GetBytes(before));
        Append(code, end);
    }

    private static Span<byte> Append(Span<byte> code, ReadOnlySpan<byte> part)
    {
        part.CopyTo(code);
        return code[part.Length..];
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(nint address, nint length, int protection);

    [LibraryImport("libc", EntryPoint = "sigaction")]
    private static partial int Action(int signal, SignalAction* action, SignalAction* before);
}
