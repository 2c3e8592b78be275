#!/usr/bin/env bash
# Installs what is missing from packaging/packages.txt. Needs root only if something is missing.
#
#   packaging/setup.sh [build] [demo] [deb] [test] [fuzz]     the groups to install; default: all but fuzz
set -euo pipefail
cd "$(dirname "$0")/.."
[[ $# -gt 0 ]] || set -- build demo deb test

missing=()
while read -r group name _; do
    [[ " $* " == *" $group "* ]] || continue
    [[ $(dpkg-query -W -f='${Status}' "$name" 2>/dev/null) == 'install ok installed' ]] ||
        missing+=("$name")
done <packaging/packages.txt
[[ ${#missing[@]} -eq 0 ]] && exit 0

echo "Installing: ${missing[*]}"
if [[ $(id -u) -ne 0 ]]; then
    echo "packaging/setup.sh: these packages are missing; run this script as root, or install them yourself" >&2
    exit 1
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
