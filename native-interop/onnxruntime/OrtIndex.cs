namespace Pescador.Fast;

/// <summary>Where the functions that are used stand in the table that <c>GetApi</c> gives, counted in pointers.</summary>
/// <remarks>Source: ONNX Runtime's published header <c>onnxruntime_c_api.h</c>, <c>struct OrtApi</c>, whose order is fixed for ever: version 1 of it ends
/// with <c>ReleaseCustomOpDomain</c> at 101, version 2 with <c>ReleaseModelMetadata</c> at 118, as ONNX Runtime itself asserts when it is compiled.</remarks>
internal static class OrtIndex
{
    internal const int GetErrorMessage = 2;
    internal const int CreateEnv = 3;
    internal const int CreateSession = 7;
    internal const int CreateSessionFromArray = 8;
    internal const int Run = 9;
    internal const int CreateSessionOptions = 10;
    internal const int SetSessionGraphOptimizationLevel = 23;
    internal const int SetIntraOpNumThreads = 24;
    internal const int SessionGetInputCount = 30;
    internal const int SessionGetOutputCount = 31;
    internal const int SessionGetOverridableInitializerCount = 32;
    internal const int SessionGetInputTypeInfo = 33;
    internal const int SessionGetOutputTypeInfo = 34;
    internal const int SessionGetOverridableInitializerTypeInfo = 35;
    internal const int SessionGetInputName = 36;
    internal const int SessionGetOutputName = 37;
    internal const int SessionGetOverridableInitializerName = 38;
    internal const int CreateTensorWithDataAsOrtValue = 49;
    internal const int GetTensorMutableData = 51;
    internal const int CastTypeInfoToTensorInfo = 55;
    internal const int GetTensorElementType = 60;
    internal const int GetDimensionsCount = 61;
    internal const int GetDimensions = 62;
    internal const int GetSymbolicDimensions = 63;
    internal const int CreateCpuMemoryInfo = 69;
    internal const int AllocatorFree = 76;
    internal const int GetAllocatorWithDefaultOptions = 78;
    internal const int ReleaseStatus = 93;
    internal const int ReleaseSession = 95;
    internal const int ReleaseValue = 96;
    internal const int ReleaseTypeInfo = 98;
    internal const int ReleaseSessionOptions = 100;
    internal const int SessionGetModelMetadata = 111;
    internal const int ModelMetadataLookupCustomMetadataMap = 116;
    internal const int ReleaseModelMetadata = 118;
}
