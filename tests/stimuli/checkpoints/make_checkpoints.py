#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes checkpoints of small networks as PyTorch itself writes them, for weights_test.cpp.

FOLDER/good/NAME     a file that must load, beside it NAME.json: {"arrays": {name: {"shape",
                     "values"}}, "normaliser": null or {"mean", "std"}}, as PyTorch reads it
FOLDER/refused/NAME  a file that must be refused, beside it NAME.txt: what the message must say
"""
import collections
import json
import os
import pickle
import shutil
import struct
import sys
import zipfile
from pathlib import Path

import torch
from torch import nn

FOLDER = Path(sys.argv[1])
GOOD = FOLDER / "good"
REFUSED = FOLDER / "refused"
MARKER = FOLDER / "a-checkpoint-ran-code"


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 4, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(4)
        self.fc = nn.Linear(4, 2)

    def forward(self, x):
        return self.fc(torch.relu(self.bn1(self.conv1(x))).mean((2, 3)))


class Normalize(nn.Module):
    """As robustness.tools.helpers.InputNormalize keeps its numbers."""

    def __init__(self, mean, std):
        super().__init__()
        self.register_buffer("new_mean", torch.tensor(mean)[..., None, None])
        self.register_buffer("new_std", torch.tensor(std)[..., None, None])


MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


class Attacker(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.normalize = Normalize(MEAN, STD)
        self.model = model


class AttackerModel(nn.Module):
    """As robustness.attacker.AttackerModel holds one network twice."""

    def __init__(self):
        super().__init__()
        self.normalizer = Normalize(MEAN, STD)
        self.model = Net()
        self.attacker = Attacker(self.model)


def expected(tensors):
    return {
        name: {"shape": list(t.shape), "values": t.detach().float().contiguous().flatten().tolist()}
        for name, t in tensors.items()
        if torch.is_floating_point(t)
    }


def good(name, saved, tensors, normaliser=None, **how):
    torch.save(saved, GOOD / name, **how)
    expect(name, tensors, normaliser)


def expect(name, tensors, normaliser=None):
    text = json.dumps({"arrays": expected(tensors), "normaliser": normaliser})
    (GOOD / (name + ".json")).write_text(text)


def refused(name, says):
    (REFUSED / (name + ".txt")).write_text(says)
    return REFUSED / name


LEGACY = {"_use_new_zipfile_serialization": False}


def write_good():
    state = Net().state_dict()
    for suffix, how in (("zip", {}), ("legacy", LEGACY)):
        good(f"state_dict.{suffix}", state, state, **how)
        for key in ("state_dict", "model", "net"):
            good(f"under_{key}.{suffix}", {"epoch": 3, "lr": 0.1, key: state}, state, **how)
        parallel = nn.DataParallel(Net()).state_dict()
        good(f"parallel.{suffix}", parallel,
             {k[len("module."):]: v for k, v in parallel.items()}, **how)

        robust = nn.DataParallel(AttackerModel()).state_dict()
        kept = "module.model."
        good(f"robustness.{suffix}", {"model": robust, "epoch": 7, "optimizer": {"state": {0: 1}}},
             {k[len(kept):]: v for k, v in robust.items() if k.startswith(kept)},
             {"mean": torch.tensor(MEAN).tolist(), "std": torch.tensor(STD).tolist()}, **how)
        kept = "attacker.model."
        alone = {k[len("module."):]: v for k, v in robust.items()
                 if k.startswith("module.attacker.")}
        good(f"attacker_alone.{suffix}", alone,
             {k[len(kept):]: v for k, v in alone.items() if k.startswith(kept)},
             {"mean": torch.tensor(MEAN).tolist(), "std": torch.tensor(STD).tolist()}, **how)

        base = torch.arange(24, dtype=torch.float32).reshape(2, 3, 4) / 7
        views = {
            "base": base,
            "transposed": base.transpose(0, 2),
            "part": base[1:, ::2, 1:3],
            "expanded": torch.tensor([[1.5], [2.5]]).expand(2, 3),
            "empty": torch.zeros(0, 3),
            "scalar": torch.tensor(2.25),
            "parameter": nn.Parameter(torch.tensor([1.0, -2.0])),
        }
        good(f"views.{suffix}", views, views, **how)

        numbers = torch.tensor([0.0, -0.0, 1.0, -1 / 3, 65504.0, 6.1e-5, 5.96e-8, -3e-7, 1e-3])
        kinds = {str(kind)[len("torch."):]: numbers.to(kind)
                 for kind in (torch.float16, torch.bfloat16, torch.float32, torch.float64)}
        for kind in (torch.int8, torch.uint8, torch.int16, torch.int32, torch.int64, torch.bool):
            kinds[str(kind)[len("torch."):]] = torch.tensor([0, 1]).to(kind)
        good(f"types.{suffix}", kinds, kinds, **how)
        for protocol in (3, 4, 5):
            good(f"protocol{protocol}.{suffix}", state, state, pickle_protocol=protocol, **how)

    # A later PyTorch notes its byte order; the entry may be there.
    with_entry(GOOD / "state_dict.zip", GOOD / "byteorder.zip", "byteorder", b"little")
    expect("byteorder.zip", state)
    write_safetensors(GOOD / "robustness.safetensors", {
        "normalizer.new_mean": torch.tensor(MEAN), "normalizer.new_std": torch.tensor(STD),
        **{"model." + name: value for name, value in state.items()}})
    expect("robustness.safetensors", state,
           {"mean": torch.tensor(MEAN).tolist(), "std": torch.tensor(STD).tolist()})
    write_safetensors(GOOD / "types.safetensors", kinds)
    expect("types.safetensors", kinds)


def write_safetensors(file, tensors):
    names = {torch.float16: "F16", torch.bfloat16: "BF16", torch.float32: "F32",
             torch.float64: "F64", torch.int8: "I8", torch.uint8: "U8", torch.int16: "I16",
             torch.int32: "I32", torch.int64: "I64", torch.bool: "BOOL"}
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, t in tensors.items():
        raw = bytes(t.contiguous().reshape(-1).clone().storage().untyped().tolist())
        header[name] = {"dtype": names[t.dtype], "shape": list(t.shape),
                        "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    file.write_bytes(struct.pack("<Q", len(text)) + text + data)


def with_entry(source, target, name, content, method=zipfile.ZIP_STORED):
    """Copies a checkpoint, with one entry put in or replaced."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", method) as new:
        folder = old.namelist()[0].split("/")[0]
        for entry in old.namelist():
            if entry != f"{folder}/{name}":
                new.writestr(entry, old.read(entry))
        if content is not None:
            new.writestr(f"{folder}/{name}", content)


class Payload:
    def __reduce__(self):
        return os.system, (f"touch '{MARKER}'",)


def write_refused():
    state = Net().state_dict()
    # On Linux pickle writes os.system under the module that defines it.
    for suffix, how in (("zip", {}), ("legacy", LEGACY)):
        says = '"posix.system": a checkpoint must hold tensors only'
        torch.save({"model": state, "extra": Payload()}, refused(f"payload.{suffix}", says), **how)
        torch.save(Payload(), refused(f"payload_alone.{suffix}", says), **how)
        torch.save(Net(), refused(f"module.{suffix}", '"__main__.Net"'), **how)
        torch.save(nn.Linear(2, 2), refused(f"linear.{suffix}", '"torch.nn.modules.linear.Linear"'),
                   **how)
        import numpy
        torch.save({"model": state, "best": numpy.float64(0.5)},
                   refused(f"numpy.{suffix}", "torch.save({'model': ckpt['model']}"), **how)
        torch.save({"epoch": 3}, refused(f"no_tensors.{suffix}", "holds no tensors"), **how)
        torch.save([torch.ones(2)], refused(f"list.{suffix}", "something other than a dict"), **how)
        torch.save({"steps": torch.ones(2, dtype=torch.int64)},
                   refused(f"integers.{suffix}", "holds no weights"), **how)
        torch.save({"w": torch.ones(1).expand(1000, 1000)},
                   refused(f"expanded.{suffix}", "more numbers than the file has bytes"), **how)
        torch.save({"w": torch.ones(2, dtype=torch.complex64)},
                   refused(f"complex.{suffix}", '"torch.ComplexFloatStorage"'), **how)
        for what, mean, std in (("zero_std", [0.5, 0.5, 0.5], [0.2, 0.0, 0.2]),
                                ("two_stds", [0.5, 0.5, 0.5], [0.2, 0.2])):
            torch.save({"w": torch.ones(1), "normalizer.new_mean": torch.tensor(mean),
                        "normalizer.new_std": torch.tensor(std)},
                       refused(f"{what}.{suffix}", "normaliser normalizer.new_mean"), **how)
    # The payload would work where pickles are believed.
    torch.load(REFUSED / "payload.legacy")
    assert MARKER.exists()
    MARKER.unlink()

    torch.jit.save(torch.jit.trace(Net().eval(), torch.zeros(1, 3, 8, 8)),
                   str(refused("script.zip", "is a TorchScript model")))
    plain = GOOD / "state_dict.zip"
    with_entry(plain, refused("big_endian.zip", "big-endian"), "byteorder", b"big")
    with_entry(plain, refused("compressed.zip", "is compressed"), "version", b"3\n",
               zipfile.ZIP_DEFLATED)
    with_entry(plain, refused("missing_storage.zip", "has no entry"), "data/0", None)
    with_entry(plain, refused("short_storage.zip", "its declared size"), "data/0", b"\0" * 16)
    with_entry(plain, refused("no_pickle.zip", "without the data.pkl"), "data.pkl", None)
    raw = bytearray(plain.read_bytes())
    raw[raw.index(torch.load(plain)["conv1.weight"].numpy().tobytes()) + 5] ^= 1
    refused("flipped.zip", "does not have the checksum").write_bytes(raw)
    encrypted = bytearray(plain.read_bytes())
    encrypted[encrypted.index(b"PK\x01\x02") + 8] |= 1
    refused("encrypted.zip", "is encrypted").write_bytes(encrypted)
    refused("text.pt", "is accepted").write_text("hello, world: no weights here")
    refused("empty.pt", "it is empty").write_bytes(b"")
    refused("other.pickle", "is accepted").write_bytes(pickle.dumps({"a": 1}))
    refused("trailing.legacy", "follows its last storage").write_bytes(
        (GOOD / "state_dict.legacy").read_bytes() + b"\0")


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    GOOD.mkdir(parents=True)
    REFUSED.mkdir()
    torch.manual_seed(1)
    write_good()
    write_refused()


main()
