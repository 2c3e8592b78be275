#!/usr/bin/env bash
# packaging/lint.sh [format] [includes] [docs] [tidy]: runs the named checks, or all of them.
#
# tidy needs the folder of a configured unity build, build/ci (TIDY_BUILD: another folder):
# clang-tidy reads a unity file in little more time than one of its eight source files.
set -euo pipefail
cd "$(dirname "$0")/.."
[[ $# -gt 0 ]] || set -- format includes docs tidy

sources() { git ls-files --cached --others --exclude-standard -- "$@" | sort; }
failed=0

# clang 14 cannot parse Torch's headers with gcc 12's library (c10::IValue is incomplete there), so
# the files that include them are left to gcc's warnings. stb.cpp is stb's own code, compiled with
# its warnings off.
sees_torch() { grep -q '#include <torch/' "$@"; }

# The files of a build folder to lint, one on each line: unity files without Torch, and for a unity
# file with Torch its source files without Torch.
tidy_files() {
    local tops='(app|core|data|experiments|stimuli|ui)/'
    grep -o '"file": "[^"]*"' "$1/compile_commands.json" | cut -d'"' -f4 |
        grep -E "^$PWD/($1/$tops.*/Unity/|$tops)" | grep -v '/stb.cpp$' |
        while read -r file; do
            local parts=("$file")
            [[ $file != */Unity/* ]] || mapfile -t parts < <(grep -o '"/.*\.cpp"' "$file" | tr -d '"')
            if ! sees_torch "${parts[@]}" && ! grep -F -- "-c $file" "$1/compile_commands.json" |
                grep -q 'cmake_pch\.hxx'; then
                echo "$file"
            else
                grep -L '#include <torch/' "${parts[@]}" || true
            fi
        done
}

# Checks one file with gcc's options. In a unity file the sources are includes, so their warnings
# count as those of headers. A source file of a folder with Torch is read without that folder's
# precompiled header.
tidy() {
    local build=$1 file=$2
    local options=(--quiet --extra-arg=-Wno-unknown-warning-option
        "--header-filter=$PWD/(app|core|stimuli|experiments|data|ui)/.*\.(h|cpp)$")
    if [[ $file == */Unity/* ]]; then
        clang-tidy "${options[@]}" -p "$build" --checks=-bugprone-suspicious-include "$file"
    elif grep -qF "\"file\": \"$file\"" "$build/compile_commands.json"; then
        clang-tidy "${options[@]}" -p "$build" "$file"
    else
        clang-tidy "${options[@]}" "$file" -- -std=c++20 -I. "-I$build/generated"
    fi 2>/dev/null
}
export -f tidy

# Replaces clang-tidy's misc-unused-using-decls, which checks main files only: source files in unity
# files are not main files.
unused_usings() {
    local file name
    sources "$@" | while read -r file; do
        sed -n 's/^ *using [A-Za-z_:]*::\([A-Za-z_]*\);.*/\1/p' "$file" | while read -r name; do
            [[ $(grep -cw "$name" "$file") -gt 1 ]] || echo "$file: \"using $name\" is not used"
        done
    done
}

for check in "$@"; do
    case $check in
    format)
        sources '*.h' '*.cpp' | xargs clang-format --dry-run --Werror || failed=1
        ;;
    includes)
        packaging/check_layers.py || failed=1
        ;;
    docs)
        packaging/design_reference.py --check || failed=1
        packaging/layer_picture.py --check || failed=1
        ;;
    tidy)
        build=${TIDY_BUILD:-build/ci}
        tidy_files "$build" | xargs -P "$(nproc)" -I{} bash -c 'tidy "$@"' tidy "$build" {} || failed=1
        unused_usings 'app/*.cpp' 'core/*.cpp' 'data/*.cpp' 'experiments/*.cpp' 'stimuli/*.cpp' \
            'ui/*.cpp' | { ! grep . >&2; } || failed=1
        ;;
    *)
        echo "packaging/lint.sh: unknown check \"$check\"; the checks are format, includes, docs, tidy" >&2
        exit 2
        ;;
    esac
done
exit "$failed"
