#include "errors.h"

#include <string>

namespace {

thread_local std::string last_error;
thread_local bool is_known = true;

}  // namespace

namespace pescador {

void remember(const char *message) noexcept {
    try {
        last_error = message;
        is_known = true;
    } catch (...) {
        is_known = false;
    }
}

}  // namespace pescador

extern "C" int pescador_torch_last_error(const char **message) {
    *message = is_known ? last_error.c_str() : "there was no memory for the message";
    return PESCADOR_TORCH_OK;
}
