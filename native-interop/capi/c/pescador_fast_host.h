/*
 * Starts .NET in a C program and gets Pescador.Fast's functions. For Linux and macOS; link with -ldl where dlopen is not in the C library.
 */
#ifndef PESCADOR_FAST_HOST_H
#define PESCADOR_FAST_HOST_H

#include "pescador_fast.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The functions, from the assembly in a folder: Pescador.Fast.CApi.dll with its runtimeconfig.json and what it needs, as dotnet build or publish of
 * native-interop/capi leaves it. .NET is looked for in $DOTNET_ROOT, in the usual places, and where the dotnet in $PATH is.
 *
 * Returns 0 and fills the table; or -1, with a message in error that says what to do. .NET is started once in a process and not stopped: a second call
 * with the same folder gives the same functions. Not to be called by two threads at once.
 */
int pescador_fast_start(const char *folder, pf_api *api, char *error, size_t error_size);

#ifdef __cplusplus
}
#endif

#endif
