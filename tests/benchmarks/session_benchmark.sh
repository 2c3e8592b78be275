#!/usr/bin/env bash
# Does anybody wait? Runs trials of image-mame-54 at real pace in a real window under a virtual
# display, with a simulated participant and an empty probe cache, and prints how many trials began
# without waiting, how many frames were dropped, and the peak memory.
#
#   tests/benchmarks/session_benchmark.sh [TRIALS] [PROGRAM]      540 trials take about 45 minutes
set -euo pipefail
cd "$(dirname "$0")/../.."
trials=${1:-540}
program=${2:-build/default/app/metamerlab}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Runs a command and writes the most memory that it held, in KiB, into a file.
with_peak='import resource, subprocess, sys
code = subprocess.call(sys.argv[2:])
open(sys.argv[1], "w").write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(code)'

xvfb-run -a -s "-screen 0 1920x1080x24" python3 -c "$with_peak" "$work/peak" \
    "$program" run experiments/designs/image-mame-54.json \
    --db "$work/bench.sqlite" --participant bench --seed 1 --cache "$work/cache" \
    --observer experiments/observers/typical.json --max-trials "$trials" >"$work/log" 2>&1 ||
    { cat "$work/log" >&2; exit 1; }

# Frames from fixation to the answer screen, at the refresh the session measured.
sqlite3 -header -column "$work/bench.sqlite" "
  SELECT count(*) AS trials,
         round(100.0 * sum(wait_ms = 0) / count(*), 2) AS no_wait_percent,
         round(max(wait_ms)) AS longest_wait_ms,
         sum(dropped_frames) AS dropped_frames,
         round(100.0 * sum(dropped_frames) / sum((onset3_ms + 200 + 1000) /
           (SELECT json_extract(display_json, '\$.frame_period_ms') FROM sessions)), 4)
           AS dropped_percent,
         round(100.0 * sum(converged) / count(*), 1) AS converged_percent,
         round(avg(rt_ms)) AS mean_rt_ms
  FROM trials"
echo "peak memory: $(($(<"$work/peak") / 1024)) MiB"
