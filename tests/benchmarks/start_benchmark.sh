#!/usr/bin/env bash
# How soon is there something to see? Prints the time from the start of the program to its start
# window on the screen (the median of several), and to the first trial of image-mame-54 with an empty
# cache and with the cache that this has left, in a real window under a virtual display.
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

for state in "a fresh install" "later"; do
    begin=$(now_ms)
    "$program" run experiments/designs/image-mame-54.json --db "$work/$begin.sqlite" \
        --participant bench --seed 1 --cache "$work/cache" --max-trials 1 \
        --observer experiments/observers/typical.json >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
    first=$(sqlite3 "$work/$begin.sqlite" \
        "SELECT CAST(round((julianday(min(started_at)) - 2440587.5) * 86400e3) AS INTEGER) FROM trials")
    echo "first trial, $state: $((first - begin)) ms"
done
