#!/usr/bin/env bash
# packaging/lint.sh [format] [includes] [tidy]: the checks named, or all of them.
set -euo pipefail
cd "$(dirname "$0")/.."
[[ $# -gt 0 ]] || set -- format includes tidy

sources() { git ls-files --cached --others --exclude-standard -- "$@" | sort; }
failed=0

for check in "$@"; do
    case $check in
    format)
        sources '*.h' '*.cpp' | xargs clang-format --dry-run --Werror || failed=1
        ;;
    includes)
        packaging/check_layers.py || failed=1
        ;;
    tidy)
        # stb.cpp is stb's own code, compiled with its warnings off. clang 14 cannot parse Torch's
        # headers with gcc 12's library (c10::IValue is incomplete there), so the files that include
        # them are left to gcc's warnings.
        sources 'app/*.cpp' 'core/*.cpp' 'data/*.cpp' 'experiments/*.cpp' 'stimuli/*.cpp' 'ui/*.cpp' |
            grep -v '/stb.cpp$' | xargs grep -L '<torch/torch.h>' |
            xargs -P "$(nproc)" -n 1 clang-tidy --quiet -p build/default 2>/dev/null || failed=1
        ;;
    *)
        echo "packaging/lint.sh: there is no check \"$check\": format, includes, tidy" >&2
        exit 2
        ;;
    esac
done
exit "$failed"
