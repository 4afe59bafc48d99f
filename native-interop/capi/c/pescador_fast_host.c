#define _GNU_SOURCE
#include "pescador_fast_host.h"

#include <dirent.h>
#include <dlfcn.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Source: hostfxr's native hosting interface, documented with .NET ("Write a custom .NET host"). */
typedef void *host_context;
typedef void (*error_writer)(const char *message);
typedef error_writer (*set_error_writer_function)(error_writer writer);
typedef int32_t (*initialize_function)(const char *runtime_config, const void *parameters, host_context *context);
typedef int32_t (*get_delegate_function)(host_context context, int32_t type, void **delegate);
typedef int32_t (*close_function)(host_context context);
typedef int (*load_function)(const char *assembly, const char *type, const char *method, const char *delegate_type, void *reserved, void **function);

enum { LOAD_ASSEMBLY_AND_GET_FUNCTION = 5, OLDEST_MAJOR = 10 };

#define UNMANAGED_CALLERS_ONLY ((const char *)-1)

#ifdef __APPLE__
#define LIBRARY "libhostfxr.dylib"
#else
#define LIBRARY "libhostfxr.so"
#endif

static char said[2048]; /* by hostfxr */

static void note_error(const char *message) {
    size_t used = strlen(said);
    snprintf(said + used, sizeof said - used, "%s%s", used ? " " : "", message);
}

static int fail(char *error, size_t error_size, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    if (error && error_size) vsnprintf(error, error_size, format, arguments);
    va_end(arguments);
    return -1;
}

/* Whether the path is short enough; else it is empty. */
static int make_path(char path[PATH_MAX], const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(path, PATH_MAX, format, arguments);
    va_end(arguments);
    if (length < 0 || length >= PATH_MAX) path[0] = 0;
    return path[0] != 0;
}

static int is_there(const char *path) { return access(path, R_OK) == 0; }

/* Whether version a is below b, number by number. */
static int is_below(const char *a, const char *b) {
    while (*a && *b) {
        char *after_a, *after_b;
        unsigned long left = strtoul(a, &after_a, 10), right = strtoul(b, &after_b, 10);
        if (left != right) return left < right;
        a = *after_a ? after_a + 1 : after_a;
        b = *after_b ? after_b + 1 : after_b;
    }
    return *a == 0 && *b != 0;
}

/* The newest hostfxr below a folder that .NET is in. */
static int find_below(const char *root, char path[PATH_MAX]) {
    char folder[PATH_MAX], best[256] = "";
    DIR *versions = make_path(folder, "%s/host/fxr", root) ? opendir(folder) : NULL;
    if (!versions) return 0;
    for (struct dirent *each; (each = readdir(versions));) {
        if (atoi(each->d_name) >= OLDEST_MAJOR && strlen(each->d_name) < sizeof best && is_below(best, each->d_name)) strcpy(best, each->d_name);
    }
    closedir(versions);
    return *best && make_path(path, "%s/%s/" LIBRARY, folder, best) && is_there(path);
}

/* Where the dotnet in PATH leads to. */
static int find_in_path(char path[PATH_MAX]) {
    const char *folders = getenv("PATH");
    while (folders && *folders) {
        size_t length = strcspn(folders, ":");
        char program[PATH_MAX], real[PATH_MAX];
        if (make_path(program, "%.*s/dotnet", (int)length, folders) && is_there(program) && realpath(program, real)) {
            *strrchr(real, '/') = 0;
            if (find_below(real, path)) return 1;
        }
        folders += length + (folders[length] == ':');
    }
    return 0;
}

/* Where an installer has written down that .NET is. */
static int find_installed(char path[PATH_MAX]) {
    char root[PATH_MAX] = "";
    FILE *file = fopen("/etc/dotnet/install_location", "r");
    if (!file) return 0;
    int is_read = fgets(root, sizeof root, file) != NULL;
    fclose(file);
    root[strcspn(root, "\r\n")] = 0;
    return is_read && *root && find_below(root, path);
}

static int find_hostfxr(char path[PATH_MAX]) {
    static const char *const usual[] = {"/usr/share/dotnet", "/usr/lib/dotnet", "/usr/lib64/dotnet", "/usr/local/share/dotnet", "/opt/dotnet"};
    const char *root = getenv("DOTNET_ROOT"), *home = getenv("HOME");
    char below_home[PATH_MAX];
    if ((root && *root && find_below(root, path)) || find_installed(path)) return 1;
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
        if (find_below(usual[i], path)) return 1;
    }
    return (home && make_path(below_home, "%s/.dotnet", home) && find_below(below_home, path)) || find_in_path(path);
}

int pescador_fast_start(const char *folder, pf_api *api, char *error, size_t error_size) {
    char assembly[PATH_MAX], configuration[PATH_MAX], core[PATH_MAX], library[PATH_MAX], real[PATH_MAX];
    if (!folder || !api) return fail(error, error_size, "The folder, or the table, is NULL.");
    if (!realpath(folder, real)) return fail(error, error_size, "There is no folder '%s'; build it: dotnet build -c Release native-interop/capi", folder);
    if (!make_path(assembly, "%s/Pescador.Fast.CApi.dll", real) || !make_path(configuration, "%s/Pescador.Fast.CApi.runtimeconfig.json", real)
        || !make_path(core, "%s/Pescador.Fast.dll", real) /* without it .NET would abort the process */
        || !is_there(assembly) || !is_there(configuration) || !is_there(core)) {
        return fail(error, error_size, "'%s' has no Pescador.Fast.CApi.dll with its runtimeconfig.json and Pescador.Fast.dll; build it: dotnet build -c Release native-interop/capi", real);
    }
    if (!find_hostfxr(library)) {
        return fail(error, error_size, "The .NET runtime %d was not found in $DOTNET_ROOT, the usual places, or $PATH; install .NET %d, or set DOTNET_ROOT to the folder it is in.",
                    OLDEST_MAJOR, OLDEST_MAJOR);
    }

    void *hostfxr = dlopen(library, RTLD_LAZY | RTLD_LOCAL);
    if (!hostfxr) return fail(error, error_size, "'%s' could not be loaded: %s", library, dlerror());
    initialize_function initialize = (initialize_function)dlsym(hostfxr, "hostfxr_initialize_for_runtime_config");
    get_delegate_function get_delegate = (get_delegate_function)dlsym(hostfxr, "hostfxr_get_runtime_delegate");
    close_function close_context = (close_function)dlsym(hostfxr, "hostfxr_close");
    set_error_writer_function set_error_writer = (set_error_writer_function)dlsym(hostfxr, "hostfxr_set_error_writer");
    if (!initialize || !get_delegate || !close_context || !set_error_writer) return fail(error, error_size, "'%s' is no hostfxr of .NET.", library);

    said[0] = 0;
    error_writer before = set_error_writer(note_error);
    host_context context = NULL;
    void *load = NULL, *get_api = NULL;
    int32_t code = initialize(configuration, NULL, &context); /* 1 and 2: it runs in this process already */
    if (code >= 0 && code <= 2) code = get_delegate(context, LOAD_ASSEMBLY_AND_GET_FUNCTION, &load);
    if (context) close_context(context); /* the runtime goes on */
    if (code >= 0 && load) {
        code = ((load_function)load)(assembly, "Pescador.Fast.NativeApi, Pescador.Fast.CApi", "GetApi", UNMANAGED_CALLERS_ONLY, NULL, &get_api);
    }
    set_error_writer(before);
    if (code < 0 || !get_api) {
        return fail(error, error_size, "'%s' did not start '%s' (0x%08x): %s", library, assembly, (unsigned)code, *said ? said : "it says no reason");
    }
    if (((pf_get_api)get_api)(PF_API_VERSION, api, sizeof *api) != PF_OK) {
        return fail(error, error_size, "'%s' has not the interface of version %u, %zu bytes, that this program was compiled for.", assembly, PF_API_VERSION, sizeof *api);
    }
    return 0;
}
