// libtorch itself: version, threads, and whose matrix products it uses.
#include <climits>
#include <cstdlib>
#include <string>

#include <dlfcn.h>

#include <ATen/Parallel.h>
#include <torch/types.h>
#include <torch/version.h>

#include "errors.h"

using pescador::guarded;

namespace {

// A symbol as libtorch's own library sees it: this process may have several, and none of them in its global scope.
void *symbol_of_torch(const char *name) {
    Dl_info torch;
    if (dladdr(reinterpret_cast<void *>(&at::get_num_threads), &torch) == 0) {
        return nullptr;
    }

    void *library = dlopen(torch.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
    void *symbol = library == nullptr ? nullptr : dlsym(library, name);
    if (library != nullptr) {
        dlclose(library);  // libtorch stays: this library needs it
    }

    return symbol;
}

std::string path_of(void *symbol) {
    Dl_info info;
    char resolved[PATH_MAX];
    if (symbol == nullptr || dladdr(symbol, &info) == 0 || info.dli_fname == nullptr) {
        return {};
    }

    return realpath(info.dli_fname, resolved) == nullptr ? info.dli_fname : resolved;
}

}  // namespace

int pescador_torch_interface(int32_t *number) {
    *number = PESCADOR_TORCH_INTERFACE;
    return PESCADOR_TORCH_OK;
}

int pescador_torch_version(const char **version) {
    *version = TORCH_VERSION;
    return PESCADOR_TORCH_OK;
}

int pescador_torch_get_threads(int32_t *threads) {
    return guarded([&] {
        *threads = at::get_num_threads();
        return PESCADOR_TORCH_OK;
    });
}

int pescador_torch_set_threads(int32_t threads) {
    return guarded([&] {
        at::set_num_threads(threads);
        return PESCADOR_TORCH_OK;
    });
}

int pescador_torch_blas(const char **path) {
    return guarded([&] {
        static const std::string provider = path_of(symbol_of_torch("sgemm_"));
        *path = provider.c_str();
        return PESCADOR_TORCH_OK;
    });
}
