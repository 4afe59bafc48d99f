using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>The functions of shim/pescador_torch.h. Each gives 0 or the number of what went wrong (<see cref="Check"/>).</summary>
internal static unsafe partial class TorchCalls
{
    internal const int Diverged = 2;

    /// <summary>Makes an exception of what a call gave.</summary>
    /// <exception cref="PescadorException">Libtorch failed; with its own words.</exception>
    internal static void Check(int code)
    {
        if (code != 0)
        {
            throw new PescadorException($"libtorch: {LastMessage()}");
        }
    }

    /// <summary>Why the last call that failed on this thread did.</summary>
    internal static string LastMessage()
    {
        _ = LastError(out nint message);
        return Marshal.PtrToStringUTF8(message) ?? "";
    }

    [LibraryImport(TorchLibrary.Name, EntryPoint = "pescador_torch_version")]
    internal static partial int Version(out nint text);

    [LibraryImport(TorchLibrary.Name, EntryPoint = "pescador_torch_get_threads")]
    internal static partial int GetThreads(out int threads);

    [LibraryImport(TorchLibrary.Name, EntryPoint = "pescador_torch_set_threads")]
    internal static partial int SetThreads(int threads);

    [LibraryImport(TorchLibrary.Name, EntryPoint = "pescador_torch_blas")]
    internal static partial int Blas(out nint path);

    [LibraryImport(TorchLibrary.Name, EntryPoint = "pescador_torch_tensor_new")]
    internal static partial int NewTensor(TorchMemory* memory, out nint tensor);

    [LibraryImport(TorchLibrary.Name, EntryPoint = "pescador_torch_tensor_address")]
    internal static partial int AddressOf(TorchTensor tensor, out nint address);

    [LibraryImport(TorchLibrary.Name, EntryPoint = "pescador_torch_tensor_shape")]
    internal static partial int ShapeOf(TorchTensor tensor, long* shape, int room, out int rank);

    [LibraryImport(TorchLibrary.Name, EntryPoint = "pescador_torch_tensor_element_type")]
    internal static partial int ElementTypeOf(TorchTensor tensor, out int elementType);

    [LibraryImport(TorchLibrary.Name, EntryPoint = "pescador_torch_tensor_flatten")]
    internal static partial int Flatten(TorchTensor tensor, out nint alias);

    [LibraryImport(TorchLibrary.Name, EntryPoint = "pescador_torch_tensor_free")]
    internal static partial int FreeTensor(nint tensor);

    [LibraryImport(TorchLibrary.Name, EntryPoint = "pescador_torch_linear")]
    internal static partial int NewLinear(long features, long outputs, int elementType, long seed, out nint model);

    [LibraryImport(TorchLibrary.Name, EntryPoint = "pescador_torch_perceptron")]
    internal static partial int NewPerceptron(long features, long hidden, long outputs, int elementType, long seed, out nint model);

    [LibraryImport(TorchLibrary.Name, EntryPoint = "pescador_torch_convolutional")]
    internal static partial int NewConvolutional(
        long channels, long height, long width, long outputs, int elementType, long seed, out nint model);

    [LibraryImport(TorchLibrary.Name, EntryPoint = "pescador_torch_model_parameter_count")]
    internal static partial int ParameterCount(TorchModel model, out long count);

    [LibraryImport(TorchLibrary.Name, EntryPoint = "pescador_torch_model_copy_parameters")]
    internal static partial int CopyParameters(TorchModel model, void* values, long length);

    [LibraryImport(TorchLibrary.Name, EntryPoint = "pescador_torch_model_save", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Save(TorchModel model, string path);

    [LibraryImport(TorchLibrary.Name, EntryPoint = "pescador_torch_model_load", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Load(TorchModel model, string path);

    [LibraryImport(TorchLibrary.Name, EntryPoint = "pescador_torch_model_free")]
    internal static partial int FreeModel(nint model);

    [LibraryImport(TorchLibrary.Name, EntryPoint = "pescador_torch_model_evaluate")]
    internal static partial int Evaluate(
        TorchModel model, TorchLoss lossKind, TorchMemory* features, TorchMemory* labels, out long right, out double loss);

    [LibraryImport(TorchLibrary.Name, EntryPoint = "pescador_torch_model_scores")]
    internal static partial int Scores(TorchModel model, TorchMemory* features, void* scores, long length);

    [LibraryImport(TorchLibrary.Name, EntryPoint = "pescador_torch_model_predict")]
    internal static partial int Predict(TorchModel model, TorchMemory* features, int* classes, long length);

    [LibraryImport(TorchLibrary.Name, EntryPoint = "pescador_torch_trainer_new")]
    internal static partial int NewTrainer(TorchModel model, TorchRule* rule, TorchLoss lossKind, out nint trainer);

    [LibraryImport(TorchLibrary.Name, EntryPoint = "pescador_torch_trainer_step")]
    internal static partial int Step(TorchTrainer trainer, TorchMemory* features, TorchMemory* labels, out double loss, out nint computedOn);

    [LibraryImport(TorchLibrary.Name, EntryPoint = "pescador_torch_trainer_save", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Save(TorchTrainer trainer, string path, long steps);

    [LibraryImport(TorchLibrary.Name, EntryPoint = "pescador_torch_trainer_load", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Load(TorchTrainer trainer, string path, out long steps);

    [LibraryImport(TorchLibrary.Name, EntryPoint = "pescador_torch_trainer_free")]
    internal static partial int FreeTrainer(nint trainer);

    [LibraryImport(TorchLibrary.Name, EntryPoint = "pescador_torch_last_error")]
    private static partial int LastError(out nint message);
}
