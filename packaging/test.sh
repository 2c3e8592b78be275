#!/usr/bin/env bash
# Installs what is missing, builds everything with warnings as errors, and runs all checks and
# tests: format, lint, the tests, and those of the core, the store and the generator thread again
# under sanitizers. Ends with ctest's own closing lines.
set -euo pipefail
cd "$(dirname "$0")/.."
packaging/setup.sh
packaging/lint.sh format includes

for preset in asan tsan; do
    cmake --preset "$preset" >/dev/null
    cmake --build --preset "$preset"
    ctest --preset "$preset"
done

# Several files at a time: each one that sees Torch alone would cost 20 s.
cmake --preset ci >/dev/null
cmake --build --preset ci
cmake --preset default >/dev/null # its compile commands are those of single files, for clang-tidy
packaging/lint.sh tidy
ctest --preset ci
