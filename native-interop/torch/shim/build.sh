#!/bin/sh
# build.sh SOURCE BUILD [LIBTORCH]: compiles libpescador_torch.so into BUILD. Ends with 0; 3 and a line that says what is missing; 4 when what is
# there does not compile, with the log in BUILD/build.log.
source=$1
build=$2
torch=$3
log=$build/build.log
mkdir -p "$build" || exit 4

# One at a time: two configurations, or two builds, share the folder.
if [ -z "$PESCADOR_TORCH_LOCKED" ] && command -v flock >/dev/null 2>&1; then
    PESCADOR_TORCH_LOCKED=1 exec flock "$build/lock" sh "$0" "$@"
fi

# A library of older sources is worse than none.
fail() {
    rm -f "$build/libpescador_torch.so"
    [ -z "$2" ] || echo "$2"
    exit "$1"
}

command -v cmake >/dev/null 2>&1 || fail 3 "cmake is not installed"
command -v "${CXX:-c++}" >/dev/null 2>&1 || fail 3 "a C++ compiler is not installed"

[ -z "$torch" ] || [ -n "$(find "$torch" -name TorchConfig.cmake 2>/dev/null | head -n 1)" ] || fail 3 "there is no libtorch in '$torch' (TorchDirectory)"

# A folder that another libtorch, compiler or place of the sources was configured for is begun anew.
asked="$source|$torch|$CMAKE_PREFIX_PATH|$CXX"
if [ "$(cat "$build/asked" 2>/dev/null)" != "$asked" ]; then
    rm -rf "$build/CMakeCache.txt" "$build/CMakeFiles" "$build/libpescador_torch.so"
fi

# CMake reads CMAKE_PREFIX_PATH of the environment by itself, after this.
if ! cmake -S "$source" -B "$build" -DCMAKE_BUILD_TYPE=Release ${torch:+"-DCMAKE_PREFIX_PATH=$torch"} >"$log" 2>&1; then
    rm -f "$build/asked"
    grep -q "libtorch was not found" "$log" && fail 3 "libtorch was not found"
    fail 4
fi

printf '%s' "$asked" >"$build/asked"
cmake --build "$build" >>"$log" 2>&1 || fail 4
touch "$build/libpescador_torch.so" # also where nothing was to be done: MSBuild compares its time with the sources'
