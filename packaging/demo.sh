#!/usr/bin/env bash
# Installs what is missing, builds, and runs the demo session. Without a display the same session
# runs in a virtual one, with a simulated participant in the place of a person.
set -euo pipefail
cd "$(dirname "$0")/.."
packaging/setup.sh
cmake --preset default -DMLAB_TESTS=OFF >/dev/null
cmake --build --preset default --target metamerlab metamersynth

program=build/default/app/metamerlab
design=experiments/designs/image-demo.json
mkdir -p build/demo
if [[ -n ${DISPLAY:-}${WAYLAND_DISPLAY:-} ]]; then
    exec "$program" run "$design" --db build/demo/demo.sqlite --participant demo
fi
echo "There is no display: the demo runs in a virtual one, with a simulated participant."
xvfb-run -a -s "-screen 0 1920x1080x24" "$program" run "$design" --db build/demo/demo.sqlite \
    --participant simulated --observer experiments/observers/typical.json "$@"
"$program" export --db build/demo/demo.sqlite --out build/demo/tables
