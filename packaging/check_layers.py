#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that each source file includes only what its row in cmake/MlabLayers.cmake allows.

CMake checks the links, this script the includes. A folder without a row is an error, and so is an
include of a project folder that does not exist. Prints each violation as file:line.
"""
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOP = ("app", "core", "data", "experiments", "stimuli", "ui")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
TORCH = ("torch/", "ATen/", "c10/", "caffe2/")
QT = re.compile(r"(^|/)Q[A-Zt]")
QT_CORE = re.compile(r"^(QtCore/|QtSql/|QtGlobal$|QSql|Q(ByteArray|ByteArrayView|CoreApplication|"
                     r"DateTime|FileInfo|String|SysInfo|Url|Uuid|Variant)$)")


def rows():
    text = (ROOT / "cmake/MlabLayers.cmake").read_text()
    text = re.sub(r"#.*", "", text)
    layers = {}
    for body in re.findall(r"mlab_layer\(([^)]*)\)", text):
        folder, *words = body.split()
        at = words.index("USES") if "USES" in words else len(words)
        layers[folder] = {"flags": set(words[:at]), "uses": set(words[at + 1:])}
    return layers


def problems(path, layers):
    folder = str(Path(path).parent)
    layer = layers.get(folder)
    if layer is None:
        yield 1, f"{folder} has no row in cmake/MlabLayers.cmake"
        return
    for number, line in enumerate((ROOT / path).read_text().splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        quote, name = match.groups()
        used = str(Path(name).parent)
        if quote == '"' and name.split("/")[0] in TOP:
            if used not in layers:
                yield number, f"{used} has no row in cmake/MlabLayers.cmake"
            elif used != folder and used not in layer["uses"]:
                yield number, f"{folder} must not include {used}: its row does not list it"
        elif name.startswith(TORCH):
            light = name == "ATen/core/Tensor.h"  # 2.4 s a file; other headers of LibTorch 17 s and more
            if "TORCH" not in layer["flags"] or path.endswith(".h") and not light:
                yield number, f"{name}: only .cpp files of a folder with TORCH may include it"
        elif QT.search(name) and "QT" not in layer["flags"]:
            if "QT_CORE" not in layer["flags"] or not QT_CORE.match(name):
                yield number, f"{folder} must build without Qt: {name}"


def main():
    files = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--",
         *(f"{top}/**.{ending}" for top in TOP for ending in ("h", "cpp"))],
        cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    layers = rows()
    found = 0
    for path in sorted(files):
        if not (ROOT / path).exists():
            continue
        for number, text in problems(path, layers):
            print(f"{path}:{number}: {text}", file=sys.stderr)
            found += 1
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
