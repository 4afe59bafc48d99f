using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>
/// Makes the capsules in which Python hands DLPack on. A capsule that nobody consumed must free its tensor when it dies, which may be while the
/// interpreter ends, when no Python code runs safely any more: so its destructor, and the names it is known by, are ours.
/// </summary>
/// <remarks>Source: Python specification for DLPack. The functions are CPython's, of its stable interface.</remarks>
internal static unsafe class PythonCapsules
{
    private static delegate* unmanaged[Cdecl]<void*, byte*, delegate* unmanaged[Cdecl]<void*, void>, void*> _new;
    private static delegate* unmanaged[Cdecl]<void*, byte*, int> _isValid;
    private static delegate* unmanaged[Cdecl]<void*, byte*, void*> _getPointer;
    private static delegate* unmanaged[Cdecl]<void*, void> _addReference;
    private static void* _none;

    // Invariant: literals of UTF-8 end in a zero byte and lie in the assembly's image, which is never unloaded nor moved.
    private static byte* Plain => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference("dltensor"u8));

    private static byte* Versioned => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference("dltensor_versioned"u8));

    /// <summary>Tells where <c>PyCapsule_New</c>, <c>PyCapsule_IsValid</c>, <c>PyCapsule_GetPointer</c>, <c>Py_IncRef</c> and <c>None</c> are.</summary>
    /// <exception cref="ArgumentException">One is null.</exception>
    internal static void Use(nint make, nint isValid, nint getPointer, nint addReference, nint none)
    {
        if (make == 0 || isValid == 0 || getPointer == 0 || addReference == 0 || none == 0)
        {
            throw new ArgumentException("Expected the addresses of PyCapsule_New, PyCapsule_IsValid, PyCapsule_GetPointer, Py_IncRef and None, got a null among them.");
        }

        _new = (delegate* unmanaged[Cdecl]<void*, byte*, delegate* unmanaged[Cdecl]<void*, void>, void*>)make;
        _isValid = (delegate* unmanaged[Cdecl]<void*, byte*, int>)isValid;
        _getPointer = (delegate* unmanaged[Cdecl]<void*, byte*, void*>)getPointer;
        _addReference = (delegate* unmanaged[Cdecl]<void*, void>)addReference;
        _none = (void*)none;
    }

    /// <summary>What is returned in place of a capsule: a new reference to None, as ctypes crashes on a null where an object should be; null before <see cref="Use"/>.</summary>
    internal static void* Nothing()
    {
        if (_none is not null)
        {
            _addReference(_none);
        }

        return _none;
    }

    /// <summary>A capsule of a tensor; called by a thread that has the interpreter's lock.</summary>
    /// <returns>A new reference to it.</returns>
    internal static void* Export(ulong batch, uint index, ExportOptions options)
    {
        if (_new is null)
        {
            throw new InvalidOperationException("Where CPython's functions are was not told; call use_python first.");
        }

        bool isVersioned = (options & ExportOptions.Versioned) != 0;
        void* exported = (void*)LentBatch.Export(batch, index, options);
        void* capsule = _new(exported, isVersioned ? Versioned : Plain, &Destroy);
        if (capsule is null)
        {
            End(exported, isVersioned);
            throw new InsufficientMemoryException("PyCapsule_New gave no capsule.");
        }

        return capsule;
    }

    // Called by the interpreter, with its lock. A consumer has given the capsule another name.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Destroy(void* capsule)
    {
        // Invariant: under one of these names the capsule holds what Export put there, and nobody has called its deleter.
        if (_isValid(capsule, Plain) != 0)
        {
            End(_getPointer(capsule, Plain), isVersioned: false);
        }
        else if (_isValid(capsule, Versioned) != 0)
        {
            End(_getPointer(capsule, Versioned), isVersioned: true);
        }
    }

    private static void End(void* exported, bool isVersioned)
    {
        if (isVersioned)
        {
            ((VersionedDlpack*)exported)->Deleter((VersionedDlpack*)exported);
        }
        else
        {
            ((ManagedDlpack*)exported)->Deleter((ManagedDlpack*)exported);
        }
    }
}
