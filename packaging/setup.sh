#!/usr/bin/env bash
# Installs what is missing of packaging/packages.txt. Needs root only if something is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
while read -r name _; do
    [[ -z $name || $name == \#* ]] && continue
    [[ $(dpkg-query -W -f='${Status}' "$name" 2>/dev/null) == 'install ok installed' ]] ||
        missing+=("$name")
done <packaging/packages.txt
[[ ${#missing[@]} -eq 0 ]] && exit 0

echo "Installing: ${missing[*]}"
if [[ $(id -u) -ne 0 ]]; then
    echo "packaging/setup.sh: run this as root, or install these packages yourself" >&2
    exit 1
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
