#!/usr/bin/env bash
# How long does it take to read a large store? Makes stores of 3000 sessions x 20 trials and of
# 300 x 100, and prints wall time, processor time and peak memory of list, verify, export and report,
# and the ratio of the processor time to that of SQLite for the same rows (SELECT * FROM every table,
# printed).
#
#   tests/benchmarks/store_benchmark.sh [BUILD] [COMMAND...]     all commands; report takes minutes
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${1:-build/default}
shift || true
commands=${*:-list verify export report}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Wall and processor time in s and the largest resident set in KiB, of the faster of two runs.
measured() {
    rm -f "$work/times"
    for _ in 1 2; do
        /usr/bin/time -a -o "$work/times" -f '%e %U %S %M' "$@" >/dev/null
    done
    awk '{print $1, $2 + $3, $4}' "$work/times" | sort -n | head -n 1
}

measure_store() {
    local store=$work/$1.sqlite design=$2 participants=$3 trials=$4 command options
    "$build/tests/benchmarks/make_study_store" "$store" --design "experiments/designs/$design.json" \
        --participants "$participants" --trials "$trials"
    local select
    select=$(sqlite3 "$store" \
        "SELECT group_concat('SELECT * FROM ' || name, ';') FROM sqlite_master WHERE type = 'table'")
    local plain
    plain=$(measured sqlite3 "$store" "$select" | cut -d ' ' -f 2)
    echo "$participants sessions x $trials trials of $design, SELECT *: $plain s of processor time"
    for command in $commands; do
        options=()
        case $command in
            export | report) options=(--out "$work/$1-$command") ;;&
            report) options+=(--cache "$work/cache") ;;
        esac
        # shellcheck disable=SC2046
        printf '%s %s %s %s %s\n' "$command" \
            $(measured "$build/app/metamerlab" "$command" --db "$store" "${options[@]}") "$plain"
    done | awk '{printf "  %-7s %7.2f s, %7.2f s of processor time (%.1f times SELECT *), %.0f MiB\n", $1, $2, $3, $3 / $5, $4 / 1024}'
}

measure_store many image-demo 3000 20
measure_store long image-mame-54 300 100
