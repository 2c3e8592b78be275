#!/usr/bin/env bash
# Installs what is missing, builds everything with warnings as errors, and runs all checks and
# tests: format, layers and lint, the tests, and those of the core, the store and the generator
# thread again under sanitizers. Ends with the time of each stage and ctest's closing lines.
set -euo pipefail
cd "$(dirname "$0")/.."

log=build/ctest.log
stages=()
stage() {
    local name=$1 start=$SECONDS
    shift
    rm -f "$log"
    echo "== $name"
    "$@"
    stages+=("$(printf '%4d s  %s' $((SECONDS - start)) "$name")")
}
build() {
    local preset=$1
    shift
    cmake --preset "$preset" >/dev/null
    cmake --build --preset "$preset" "$@"
}
run_tests() { ctest --preset "$1" | tee "$log"; }
finish() {
    printf '\n== Time of each stage\n'
    [[ ${#stages[@]} -eq 0 ]] || printf '%s\n' "${stages[@]}"
    printf '%4d s  in all\n' "$SECONDS"
    # Ends with ctest's summary, if the last stage was one of tests.
    [[ ! -s $log ]] || sed -n '/% tests passed/,$p' "$log"
}
mkdir -p build
trap finish EXIT

stage "install packages" packaging/setup.sh
stage "format, layers, generated files" packaging/lint.sh format includes docs
for preset in asan tsan; do
    stage "build $preset" build "$preset"
    stage "test $preset" run_tests "$preset"
done
stage "build ci" build ci
stage "headers on their own" build ci --target all_verify_interface_header_sets
stage "clang-tidy" packaging/lint.sh tidy
stage "test ci" run_tests ci
