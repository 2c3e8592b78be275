#!/usr/bin/env bash
# How soon does the program answer? Prints the time from the start of the program to its start window
# on the screen (the median of several), the time and memory of commands that need no model, and the
# time to the first trial of image-mame-54 with an empty cache and with the cache that this has left,
# in a real window under a virtual display.
#
#   tests/benchmarks/start_benchmark.sh [PROGRAM]
set -euo pipefail
cd "$(dirname "$0")/../.."
program=${1:-build/default/app/metamerlab}
if [[ -z ${MLAB_IN_XVFB:-} ]]; then
    MLAB_IN_XVFB=1 exec xvfb-run -a -s "-screen 0 1920x1080x24" "$0" "$program"
fi
work=$(mktemp -d)
export XDG_RUNTIME_DIR=$work
trap 'rm -rf "$work"' EXIT

now_ms() { echo $((${EPOCHREALTIME/./} / 1000)); }

for _ in 1 2 3 4 5 6 7; do
    begin=$(now_ms)
    HOME=$work "$program" &
    until xdotool search --onlyvisible --pid $! >/dev/null 2>&1; do kill -0 $!; done
    echo $(($(now_ms) - begin))
    kill $!
    wait $! 2>/dev/null || true
done | sort -n | tee "$work/windows"
echo "start window: median $(sed -n 4p "$work/windows") ms, longest $(tail -n 1 "$work/windows") ms"

# The median of five runs: wall time in s, and the largest resident set in MiB.
measured() {
    local name=$1
    shift
    for _ in 1 2 3 4 5; do
        /usr/bin/time -a -o "$work/$name" -f '%e %M' "$@" >/dev/null
    done
    sort -n "$work/$name" | sed -n 3p | awk -v name="$name" \
        '{printf "%s: %.2f s, %.0f MiB\n", name, $1, $2 / 1024}'
}
printf 'level,n_correct,n_total\n1,6,10\n2,8,10\n4,10,10\n' >"$work/counts.csv"
"$program" run experiments/designs/image-demo.json --db "$work/one.sqlite" --participant bench \
    --cache "$work/cache" --max-trials 1 --display none --pace fast \
    --observer experiments/observers/typical.json >/dev/null
measured help "$program" --help
measured check "$program" check --quick experiments/designs/image-mame-54.json
measured list "$program" list --db "$work/one.sqlite"
measured export "$program" export --db "$work/one.sqlite" --out "$work/tables"
measured fit "$program" fit "$work/counts.csv" --task 2afc

for state in "a fresh install" "later"; do
    begin=$(now_ms)
    "$program" run experiments/designs/image-mame-54.json --db "$work/$begin.sqlite" \
        --participant bench --seed 1 --cache "$work/cache" --max-trials 1 \
        --observer experiments/observers/typical.json >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
    first=$(sqlite3 "$work/$begin.sqlite" \
        "SELECT CAST(round((julianday(min(started_at)) - 2440587.5) * 86400e3) AS INTEGER) FROM trials")
    echo "first trial, $state: $((first - begin)) ms"
done
