#!/usr/bin/env bash
# packaging/fuzz.sh [SECONDS] [TARGET...]: builds the libFuzzer targets in tests/fuzz and runs each, or
# the named ones, for 60 s or as long as said. Ends with a table of what was run; exit status 1 if a
# reader crashed. Inputs that reached new code stay in build/fuzz/corpus, where the next run begins.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=60
if [[ ${1:-} =~ ^[0-9]+$ ]]; then
    seconds=$1
    shift
fi
mapfile -t all < <(basename -a -s _fuzz.cpp tests/fuzz/*_fuzz.cpp)
[[ $# -gt 0 ]] || set -- "${all[@]}"
for target in "$@"; do
    if [[ ! -e tests/fuzz/${target}_fuzz.cpp ]]; then
        echo "packaging/fuzz.sh: unknown target \"$target\"; the targets are ${all[*]}" >&2
        exit 2
    fi
done

packaging/setup.sh build test fuzz
cmake --preset fuzz >/dev/null
cmake --build --preset fuzz

build=build/fuzz
seeds=$build/seeds
rm -rf "$seeds"
# Debian's Python has PyTorch.
/usr/bin/python3 tests/stimuli/checkpoints/make_checkpoints.py "$build/checkpoints"
/usr/bin/python3 tests/fuzz/make_seeds.py "$seeds" "$build/checkpoints" "${MLAB_SHARED:-../shared}"
mkdir -p "$build/corpus" "$build/findings"

# Findings of the undefined-behaviour sanitizer count as crashes.
environment=(UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
    LSAN_OPTIONS=suppressions=tests/fuzz/leaks.supp:print_suppressions=0)
statistic() { sed -n "s/^stat::$1: *//p" "$log"; }

rows=()
status=0
for target in "$@"; do
    echo "== $target"
    corpus=$build/corpus/$target
    log=$build/$target.log
    program=$build/tests/fuzz/${target}_fuzz
    mkdir -p "$corpus"
    # What takes 1 GB at once or a minute for inputs as small as these is a finding. The clock is the
    # wall's: a program that waits for a busy processor is none.
    options=(-timeout=60 -rss_limit_mb=2048 -malloc_limit_mb=1024)
    case $target in
    calibration | design | models | observer | study) # written by people, and a schema takes long for large ones
        options+=(-max_len=8192 "-dict=$seeds/json.dict")
        ;;
    cache | safetensors) options+=(-max_len=65536 "-dict=$seeds/json.dict") ;;
    *) options+=(-max_len=65536) ;;
    esac
    result=passed
    if ! env "${environment[@]}" "$program" "$corpus" "$seeds/$target" "${options[@]}" \
        -max_total_time="$seconds" -artifact_prefix="$build/findings/$target-" -print_final_stats=1 \
        >"$log" 2>&1; then
        status=1
        result=FAILED
        tail -n 60 "$log"
        input=$(sed -n 's/.*Test unit written to //p' "$log")
        printf 'The input: %s\nTo run it again: %s %s %s\n' "${input:-none, see $log}" \
            "${environment[*]}" "$program" "$input"
    fi
    rows+=("$target" "$(statistic number_of_executed_units)" "$(statistic average_exec_per_sec)"
        "$(statistic new_units_added)" "$(statistic peak_rss_mb)" "$result")
done

echo
printf '%-12s %12s %12s %12s %8s  %s\n' target executions per_second new_inputs peak_MB result "${rows[@]}"
exit "$status"
