#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the inputs that libFuzzer starts with, and the words of the JSON files.

make_seeds.py FOLDER CHECKPOINTS [SHARED]: a folder of files for each target in tests/fuzz, and
FOLDER/json.dict. CHECKPOINTS is what tests/stimuli/checkpoints/make_checkpoints.py wrote, SHARED a
folder of further files. The files are small: a fuzzer changes small files better.
"""
import ctypes
import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import torch
from PIL import Image, ImageCms

ROOT = Path(__file__).resolve().parents[2]
FOLDER, CHECKPOINTS = Path(sys.argv[1]), Path(sys.argv[2])
SHARED = Path(sys.argv[3]) if len(sys.argv) > 3 else None
LARGEST = 64 << 10  # bytes

STUDIES = [
    {"schema_version": 1, "name": "metamers", "model": {"builtin": "gabor-scattering"},
     "image_size_px": 64, "references": {"builtin": {"count": 2, "seed": 7}},
     "metamers": {"layers": ["band", "pool"], "seeds": [1, 2], "loss": "normalised",
                  "noise": "gaussian", "solver": {"type": "adam", "steps": 20},
                  "identity_gradient": True,
                  "tolerance": 0, "batch_size": 4,
                  "null": {"pairs": 20, "pool": {"builtin": {"count": 10, "seed": 3}}}}},
    {"schema_version": 1, "name": "probes", "image_size_px": 64,
     "references": {"builtin": {"count": 2, "seed": 7}},
     "probes": {"basis": {"components": 1, "pool": {"builtin": {"count": 8, "seed": 1}}},
                "dimensions": [{"layer": "pool", "components": [1], "directions": ["plus"],
                                "levels": [0.3]}]}},
]
CALIBRATION = {"host_api": "ALSA", "device": "hw:0", "sample_rate_hz": 48000,
               "full_scale_db_spl": 105.5, "max_db_spl": 85.0,
               "measured_at": "2026-01-02T03:04:05Z"}
MODELS = [
    {"name": "A", "model": {"builtin": "gabor-compressive"}, "layers": ["band", "texture"],
     "space": "standardised", "rule": "linear"},
    {"name": "B", "model": {"architecture": "resnet50", "weights": "w.safetensors"},
     "layers": ["layer1"], "space": "gram", "rule": "distance", "fit_exponent": True},
    {"name": "C", "model": {"torchscript": "m.pt"}, "layers": ["1"], "space": "logits"},
]
ROWS = [("level", "n_correct", "n_total"), ("0.2", "21", "40"), ("0.4", "24", "40"),
        ("1.0", "39", "40")]


GRAPH_TABLES = {
    "edges.csv": "source,target\n0,1\n1,2\n", "named.csv": "a b 1\n# c\n\"b\"\tc\n",
    "ones.csv": "# columns: 5\nnode,feature\n0,4\n2,0\n", "rows.csv": "1,2.5\n-3e1,0\n",
    "named_rows.csv": "node,x,y\n1,2,3\n0,1,1\n",
    "nodes.csv": "node,name,label,class,split\n0,a,1,x,train\n1,\"b, c\",,,none\n",
    "x.content": "11\t0\t1\tTheory\n12\t1\t0\tNeural\n"}
GRAPHML = """<?xml version="1.0"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="d0" for="node" attr.name="x" attr.type="double"/>
<key id="d1" for="node" attr.name="class" attr.type="string"/>
<graph edgedefault="directed"><node id="a"><data key="d0">1</data><data key="d1">u</data></node>
<node id="b"><data key="d0">2</data><data key="d1">v</data></node><edge source="a" target="b"/>
</graph></graphml>"""
GML = """graph [ directed 0 node [ id 7 label "a" class 1 x 2.5 ] node [ id 3 label "b" class 0 x 1 ]
edge [ source 7 target 3 weight 1 ] ]"""


def table(separator, decimal, end):
    return "".join(separator.join(row).replace(".", decimal) + end for row in ROWS)


def write(target, name, content):
    content = content.encode() if isinstance(content, str) else content
    (FOLDER / target / name).write_bytes(content)


def copy(target, files):
    for file in files:
        if 0 < file.stat().st_size <= LARGEST:
            shutil.copyfile(file, FOLDER / target / "-".join(file.parts[-2:]))


def write_pictures():
    grey = Image.linear_gradient("L").resize((18, 16))
    colour = Image.merge("RGB", (grey, grey.transpose(Image.Transpose.FLIP_LEFT_RIGHT), grey))
    alpha = colour.copy()
    alpha.putalpha(grey)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    exif = Image.Exif()
    exif[0x0112] = 6  # turned
    pictures = {
        "grey.png": (grey, {}), "alpha.png": (alpha, {"icc_profile": profile}),
        "palette.png": (colour.quantize(8), {}), "deep.png": (grey.convert("I"), {}),
        "colour.jpg": (colour, {"exif": exif}),
        "progressive.jpg": (colour, {"progressive": True, "icc_profile": profile}),
        "lossy.webp": (colour, {"exif": exif}),
        "lossless.webp": (alpha, {"lossless": True, "icc_profile": profile}),
        "plain.tif": (colour, {"exif": exif}), "lzw.tif": (alpha, {"compression": "tiff_lzw"}),
        "deflate.tif": (grey, {"compression": "tiff_deflate", "icc_profile": profile}),
        "packbits.tif": (colour.quantize(8), {"compression": "packbits"}),
        "jpeg.tif": (colour, {"compression": "jpeg"}),
        "cmyk.tif": (colour.convert("CMYK"), {}),
        "fax.tif": (grey.convert("1"), {"compression": "group4"}),
        "colour.bmp": (colour, {}), "palette.bmp": (colour.quantize(8), {}),
        "grey.pgm": (grey, {}), "colour.ppm": (colour, {}),
    }
    for name, (picture, options) in pictures.items():
        picture.save(FOLDER / "picture" / name, **options)
    write("picture", "plain.pgm", "P2\n# plain\n16 16\n255\n" + "7 200 " * 128)


class SfInfo(ctypes.Structure):
    _fields_ = [("frames", ctypes.c_int64)] + [
        (name, ctypes.c_int) for name in ("samplerate", "channels", "format", "sections", "seekable")]


def write_sounds():
    sndfile = ctypes.CDLL("libsndfile.so.1")
    sndfile.sf_open.restype = ctypes.c_void_p
    sndfile.sf_close.argtypes = [ctypes.c_void_p]
    sndfile.sf_writef_short.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64]
    formats = {  # SF_FORMAT_... of sndfile.h
        "pcm16.wav": 0x010002, "pcm24.wav": 0x010003, "float.wav": 0x010006, "mulaw.wav": 0x010010,
        "ima.wav": 0x010012, "gsm.wav": 0x010020, "extensible.wav": 0x130002, "pcm16.rf64": 0x220002,
        "pcm16.flac": 0x170002, "vorbis.ogg": 0x200060, "opus.ogg": 0x200064}
    frames = 800
    samples = (ctypes.c_short * frames)(*[(i * 997) % 8192 - 4096 for i in range(frames)])
    for name, number in formats.items():
        info = SfInfo(samplerate=48000 if name == "opus.ogg" else 8000, channels=1, format=number)
        sound = sndfile.sf_open(str(FOLDER / "sound" / name).encode(), 0x20, ctypes.byref(info))
        if not sound or sndfile.sf_writef_short(sound, samples, frames) != frames:
            sys.exit(f"make_seeds.py: libsndfile cannot write {name}")
        sndfile.sf_close(sound)


def write_pickles():
    archives = list((FOLDER / "checkpoint").glob("good-*.zip"))
    layers = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.ReLU())
    for number, module in enumerate((torch.nn.BatchNorm2d(2), layers)):
        archives.append(FOLDER / f"script{number}.ts")
        torch.jit.script(module).save(str(archives[-1]))
    for file in archives:
        with zipfile.ZipFile(file) as archive:
            for name in archive.namelist():
                if name.endswith(".pkl"):
                    write("pickle", f"{file.stem}-{Path(name).name}", archive.read(name))


def write_dictionary():
    words = set()
    for schema in ROOT.glob("experiments/schema/*.json"):
        words.update(re.findall(r'"([\w-]+)"', schema.read_text()))
    quoted = [f'"\\"{word}\\""' for word in sorted(words)]
    numbers = ['"1e308"', '"-1e308"', '"1e-320"', '"18446744073709551615"', '"-9223372036854775808"']
    (FOLDER / "json.dict").write_text("\n".join(quoted + numbers) + "\n")


def main():
    for target in Path(__file__).parent.glob("*_fuzz.cpp"):
        (FOLDER / target.stem.removesuffix("_fuzz")).mkdir(parents=True, exist_ok=True)
    old = ROOT / "tests/e2e/old_sessions"
    copy("design", [*ROOT.glob("experiments/designs/*.json"), *old.glob("*/design.json")])
    copy("observer", [*ROOT.glob("experiments/observers/*.json"), *old.glob("*/observer.json")])
    copy("cache", old.glob("*/cache/**/*.json"))
    copy("safetensors", [*old.glob("*/cache/bases/*.safetensors"), *CHECKPOINTS.glob("*/*.safetensors")])
    copy("checkpoint", [f for end in ("legacy", "zip") for f in CHECKPOINTS.glob(f"*/*.{end}")])
    write_pickles()
    copy("sound", old.glob("*/cache/**/*.wav"))
    copy("picture", [*ROOT.glob("tests/stimuli/media/files/*"), *old.glob("*/cache/probes/0*/*.png")])
    if SHARED and SHARED.is_dir():
        copy("design", SHARED.glob("cases/*/design.json"))
        copy("observer", SHARED.glob("cases/*/observer.json"))
        for end in ("png", "jpg", "bmp"):
            copy("picture", SHARED.glob(f"cases/**/*.{end}"))
        for end in ("wav", "rf64", "w64"):
            copy("sound", SHARED.glob(f"cases/*/*.{end}"))
    write("models", "models.json", json.dumps(MODELS))
    for number, study in enumerate(STUDIES):
        write("study", f"{number}.json", json.dumps(study))
    write("calibration", "calibration.json", json.dumps(CALIBRATION))
    for name, text in GRAPH_TABLES.items():
        write("graph_table", name, text)
    write("graphml", "graph.graphml", GRAPHML)
    write("graphml", "graph.gml", GML)
    make_npz = ROOT / "tests/stimuli/graphs/make_npz.py"
    subprocess.run([sys.executable, str(make_npz), str(FOLDER / "npz")], check=True)
    write("csv", "commas.csv", table(",", ".", "\n"))
    write("csv", "semicolons.csv", table(";", ",", "\r\n"))
    write("csv", "utf16.csv", table("\t", ".", "\r").encode("utf-16"))
    write_pictures()
    write_sounds()
    write_dictionary()


if __name__ == "__main__":
    main()
