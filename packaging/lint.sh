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
        # Who may include whom; CMake checks the links, this the includes.
        refuse() { # folder, what it must not include
            if git grep -nE "#include *[\"<]($2)" -- "$1"; then
                echo "packaging/lint.sh: $1/ must not include that" >&2
                failed=1
            fi
        }
        refuse core 'app/|ui/|experiments/|data/|stimuli/|Q[A-Z]|torch/|ATen/|c10/'
        refuse stimuli 'app/|ui/|experiments/|data/|Q[A-Z]'
        refuse experiments 'app/|ui/|data/|stimuli/|Q[A-Z]|torch/|ATen/|c10/'
        refuse data 'app/|ui/|experiments/|stimuli/|torch/|ATen/|c10/'
        refuse ui 'app/|data/|stimuli/|torch/|ATen/|c10/'
        refuse app 'torch/|ATen/|c10/'
        refuse 'stimuli/*.h' 'torch/|ATen/|c10/'
        ;;
    tidy)
        # stb.cpp is stb's own code, compiled with its warnings off. clang 14 cannot parse Torch's
        # headers with gcc 12's library (c10::IValue is incomplete there), so the files that include
        # them are left to gcc's warnings.
        sources 'app/*.cpp' 'core/*.cpp' 'data/*.cpp' 'experiments/*.cpp' 'stimuli/*.cpp' 'ui/*.cpp' |
            grep -v '^stimuli/stb.cpp$' | xargs grep -L '<torch/torch.h>' |
            xargs -P "$(nproc)" -n 1 clang-tidy --quiet -p build/default 2>/dev/null || failed=1
        ;;
    *)
        echo "packaging/lint.sh: there is no check \"$check\": format, includes, tidy" >&2
        exit 2
        ;;
    esac
done
exit "$failed"
