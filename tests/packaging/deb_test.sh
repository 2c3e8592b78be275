#!/usr/bin/env bash
# Packages the programs of a build folder, installs the package on a clean Debian 12, and uses it
# there. Skipped (77) without root, without mmdebstrap, or where no Debian mirror can be reached.
#
#   deb_test.sh SOURCE_FOLDER BUILD_FOLDER
set -euo pipefail
source=$1
build=$2

skip() {
    echo "$1: skipped"
    exit 77
}
[[ $(id -u) -eq 0 ]] || skip "not root"
command -v mmdebstrap dpkg-shlibdeps >/dev/null || skip "no mmdebstrap or dpkg-shlibdeps"
# The mirror that this machine uses itself.
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Codename: bookworm' \
    'Component: main' | grep -m1 '/debian/*$') || skip "apt has no mirror of Debian 12"
mirror=${mirror%/}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
/usr/lib/apt/apt-helper download-file "$mirror/dists/bookworm/InRelease" "$work/InRelease" \
    >/dev/null 2>&1 || skip "$mirror cannot be reached"

cp "$("$source/packaging/deb.sh" "$(realpath --relative-to="$source" "$build")")" "$work/metamerlab.deb"
dpkg-deb --field "$work/metamerlab.deb" Package Version Depends
cp "$source/tests/packaging/use_package.sh" "$work"

mmdebstrap --quiet --variant=apt --format=null --dpkgopt=force-unsafe-io \
    --customize-hook="copy-in $work/metamerlab.deb $work/use_package.sh /root" \
    --customize-hook='chroot "$1" apt-get install --yes -qq --no-install-recommends /root/metamerlab.deb >/dev/null' \
    --customize-hook='chroot "$1" /root/use_package.sh' \
    bookworm /dev/null "$mirror"
