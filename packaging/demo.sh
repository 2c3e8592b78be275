#!/usr/bin/env bash
# Installs what is missing, builds the programs, and runs the demo session. Without a display the
# session runs on a virtual one, with a simulated participant.
set -euo pipefail
cd "$(dirname "$0")/.."
display=${DISPLAY:-}${WAYLAND_DISPLAY:-}
groups=(build)
[[ -n $display ]] || groups+=(demo)
packaging/setup.sh "${groups[@]}"
cmake --preset release >/dev/null
cmake --build --preset release

program=build/release/app/metamerlab
design=experiments/designs/image-demo.json
mkdir -p build/demo
if [[ -n $display ]]; then
    exec "$program" run "$design" --db build/demo/demo.sqlite --participant demo
fi
echo "No display found: running the demo on a virtual one, with a simulated participant."
xvfb-run -a -s "-screen 0 1920x1080x24" "$program" run "$design" --db build/demo/demo.sqlite \
    --participant simulated --observer experiments/observers/typical.json "$@"
"$program" export --db build/demo/demo.sqlite --out build/demo/tables
