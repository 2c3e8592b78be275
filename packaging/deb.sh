#!/usr/bin/env bash
# Builds the Debian package and prints its path.
#
#   packaging/deb.sh             installs what is missing, builds the programs in build/release
#   packaging/deb.sh FOLDER      packages the programs of a build folder that is already built
set -euo pipefail
cd "$(dirname "$0")/.."
build=${1:-build/release}
if [[ $# -eq 0 ]]; then
    packaging/setup.sh build deb
    cmake --preset release >/dev/null
    cmake --build --preset release >&2
fi

# Without packages of earlier versions.
rm -rf "$build/deb"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
cpack --config "$build/CPackConfig.cmake" -B "$build/deb" >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
rm -rf "$build/deb/_CPack_Packages"
ls "$PWD/$build"/deb/*.deb
