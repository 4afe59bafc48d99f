// What keeps exceptions inside the library.
#pragma once

#include <exception>

#include <c10/util/Exception.h>

#include "pescador_torch.h"

namespace pescador {

// Keeps a message for this thread; says less where memory is short.
void remember(const char *message) noexcept;

// Calls, and makes a number of whatever is thrown.
template <typename Call>
int guarded(Call &&call) noexcept {
    try {
        return call();
    } catch (const c10::Error &error) {
        remember(error.what_without_backtrace());
    } catch (const std::exception &error) {
        remember(error.what());
    } catch (...) {
        remember("something was thrown that is no exception");
    }

    return PESCADOR_TORCH_FAILED;
}

}  // namespace pescador
