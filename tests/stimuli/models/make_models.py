#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes models for the tests, and what their layers give for one image.

make_models.py FOLDER: for each architecture of torchvision FOLDER/<name>.pth (state_dict with random
weights) and FOLDER/<name>.json with the activations of every layer, summed in a way that another
order would not give; and small TorchScript models, good ones and bad ones.
"""
import json
import sys
from pathlib import Path

import torch
import torchvision
from torchvision.models.feature_extraction import create_feature_extractor

# Our layer: torchvision's node. Where torchvision has one name for a stage, it is the same.
RESNET = {name: name for name in ("maxpool", "layer1", "layer2", "layer3", "layer4", "avgpool", "fc")}
RESNET["conv1"] = "relu"
VGG = {name: name for name in
       [f"features.{i}" for i in (1, 3, 4, 6, 8, 9, 11, 13, 15, 17, 18, 20, 22, 24, 26, 27, 29, 31, 33, 35, 36)]
       + ["avgpool", "classifier.1", "classifier.4", "classifier.6"]}
ALEXNET = {name: name for name in
           [f"features.{i}" for i in (1, 2, 4, 5, 7, 9, 11, 12)]
           + ["avgpool", "classifier.2", "classifier.5", "classifier.6"]}
SIZES = {"resnet50": (RESNET, 64), "vgg19": (VGG, 32), "alexnet": (ALEXNET, 64)}


def image(size):
    """[1, 3, size, size] in [0, 1], by a formula that the test repeats."""
    y, x = torch.meshgrid(torch.arange(size), torch.arange(size), indexing="ij")
    return torch.stack([((7 * x + 13 * y + 5 * c) % 256) / 255.0 for c in range(3)])[None].float()


def fingerprint(values):
    """The mean, the RMS, and the mean weighted by a position-dependent sine."""
    flat = values.double().flatten()
    weights = torch.sin(torch.arange(flat.numel()).double())
    return [flat.mean().item(), flat.square().mean().sqrt().item(), (flat * weights).mean().item()]


class Small(torch.nn.Module):
    """Two convolutions; the second layer ends in a ReLU, the third in a mean."""

    def __init__(self):
        super().__init__()
        self.first = torch.nn.Conv2d(3, 4, 3, padding=1)
        self.norm = torch.nn.BatchNorm2d(4)
        self.second = torch.nn.Conv2d(4, 6, 3, padding=1)
        self.relu = torch.nn.ReLU(inplace=True)

    @torch.jit.export
    def one(self, x):
        return self.relu(self.norm(self.first(x)))

    @torch.jit.export
    def two(self, x):
        return self.relu(self.second(self.one(x)))

    @torch.jit.export
    def mean(self, x):
        return self.two(x).mean((2, 3))

    @torch.jit.export
    def pair(self, x):
        return self.one(x), self.two(x)

    @torch.jit.export
    def wrong(self, x):
        return self.second(x)

    def forward(self, x):
        return self.mean(x)


class Convolutions(torch.nn.Module):
    """Convolutions of every kind, one after another."""

    def __init__(self):
        super().__init__()
        self.all = torch.nn.Sequential(
            torch.nn.Conv2d(3, 8, 3, padding=1), torch.nn.Conv2d(8, 8, 3, stride=2, padding=1),
            torch.nn.Conv2d(8, 6, 1, bias=False), torch.nn.Conv2d(6, 8, (1, 5), padding=(0, 3)),
            torch.nn.Conv2d(8, 8, 3, padding=2, dilation=2), torch.nn.Conv2d(8, 8, 3, groups=4),
            torch.nn.Conv2d(8, 4, 1, padding=1), torch.nn.Tanh())

    def last(self, x):
        return self.all(x)

    def forward(self, x):
        return self.last(x)


class ScriptedConvolutions(Convolutions):
    @torch.jit.export
    def last(self, x):
        return self.all(x)


class Hearing(torch.nn.Module):
    """A convolution along time with a ReLU, and its mean; [N, 1, samples] or [N, samples]."""

    def __init__(self):
        super().__init__()
        self.filters = torch.nn.Conv1d(1, 4, 9, stride=4, padding=4)

    @torch.jit.export
    def bands(self, x):
        return torch.relu(self.filters(x.view(x.size(0), 1, x.size(-1))))

    @torch.jit.export
    def words(self, x):
        return self.bands(x).mean(2)

    def forward(self, x):
        return self.words(x)


def small():
    torch.manual_seed(4)
    net = Small().eval()
    net.norm.running_mean.normal_(0, 0.1)
    net.norm.running_var.uniform_(0.5, 1.5)
    return net


def save_script(net, file, **changes):
    manifest = {"name": "small", "modality": "image",
                "input": {"channels": 3, "range": [0, 1], "native_size": 16, "any_size": True},
                "layers": ["one", "two", "mean"]}
    manifest.update(changes)
    extra = {"metamerlab.json": json.dumps(manifest)} if changes.get("layers") != [] else {}
    code = net if isinstance(net, torch.jit.ScriptModule) else torch.jit.script(net)
    torch.jit.save(code, str(file), _extra_files=extra)


def script_models(folder):
    net = small()
    save_script(net, folder / "small.ts")
    save_script(net, folder / "normalised.ts",
                normalisation={"mean": [0.1, 0.2, 0.3], "std": [0.5, 0.6, 0.7]})
    with torch.no_grad():
        x = image(16)
        shifted = (x - torch.tensor([0.1, 0.2, 0.3]).view(1, 3, 1, 1)) / \
            torch.tensor([0.5, 0.6, 0.7]).view(1, 3, 1, 1)
        record = {"small": {name: fingerprint(getattr(net, name)(x)) for name in ("one", "two", "mean")},
                  "normalised": {name: fingerprint(getattr(net, name)(shifted))
                                 for name in ("one", "two", "mean")}}
    (folder / "small.json").write_text(json.dumps(record))
    save_script(ScriptedConvolutions().eval(), folder / "scripted_convolutions.ts", layers=["last"])
    save_script(torch.jit.trace_module(Convolutions().eval(), {"last": image(16)}),
                folder / "traced_convolutions.ts", layers=["last"])
    save_script(net, folder / "no_manifest.ts", layers=[])
    save_script(net, folder / "missing_layer.ts", layers=["one", "four"])
    sound_models(folder)
    save_script(net, folder / "video.ts", modality="video")
    nested = []
    for _ in range(200):
        nested = [nested]
    save_script(net, folder / "deep.ts", input={"channels": 3, "range": nested, "any_size": True})
    save_script(net, folder / "no_tensor.ts", layers=["one", "pair"])
    save_script(net, folder / "classes_only.ts", classes=["a", "b"])
    save_script(net, folder / "fixed_size.ts",
                input={"channels": 3, "range": [0, 1], "native_size": 16})
    logits = {"layers": ["one", "two", "mean"], "logits_layer": "mean"}  # of six numbers
    save_script(net, folder / "few_classes.ts", classes=["a"], **logits)
    save_script(net, folder / "many_classes.ts", classes=list("abcdefg"), **logits)
    save_script(small().double(), folder / "double.ts")
    save_script(net, folder / "wrong_shape.ts", layers=["one", "wrong"])
    broken = small()
    broken.norm.running_var[1] = float("nan")
    save_script(broken, folder / "nan_buffer.ts")
    net.second.weight.data[0, 0, 0, 0] = float("nan")
    save_script(net, folder / "nan.ts")


def tone(hz, rate, seconds):
    return torch.sin(torch.arange(int(rate * seconds)).double() * (2 * torch.pi * hz / rate)).float()[None]


def sound_models(folder):
    torch.manual_seed(5)
    net = Hearing().eval()
    heard = {"channels": 1, "range": [-1, 1], "sample_rate": 8000}

    def save(name, input_changes=None, **changes):
        manifest = {"modality": "audio", "input": {**heard, **(input_changes or {})},
                    "layers": ["bands", "words"], "classes": ["a", "b", "c", "d"], "logits_layer": "words"}
        save_script(net, folder / name, **{**manifest, **changes})

    save("sound.ts")
    save("sound_channel.ts", {"channel_dimension": True})
    save("sound_one_length.ts", {"duration_ms": 500})
    save("sound_stereo.ts", {"channels": 2})
    save("sound_range.ts", {"range": [0, 1]})
    save("sound_rate.ts", {"sample_rate": 0})
    save("sound_normalised.ts", normalised_inside=True)
    manifest_without_rate = {"channels": 1, "range": [-1, 1]}
    save_script(net, folder / "sound_no_rate.ts", modality="audio", input=manifest_without_rate,
                layers=["bands", "words"])
    with torch.no_grad():
        x = 0.5 * tone(440, 8000, 0.5)
        record = {name: fingerprint(getattr(net, name)(x)) for name in ("bands", "words")}
    (folder / "sound.json").write_text(json.dumps(record))


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    script_models(folder)
    mean = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
    sd = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)
    for name, (layers, size) in SIZES.items():
        torch.manual_seed(20)
        net = getattr(torchvision.models, name)(num_classes=20).eval()
        for module in net.modules():  # so that folding the normalisation is put to the test
            if isinstance(module, torch.nn.BatchNorm2d):
                module.running_mean.normal_(0, 0.1)
                module.running_var.uniform_(0.5, 1.5)
                module.weight.data.uniform_(0.3, 0.7)
                module.bias.data.normal_(0, 0.1)
        with torch.no_grad():
            extractor = create_feature_extractor(net, {node: ours for ours, node in layers.items()})
            given = extractor((image(size) - mean) / sd)
        record = {"size": size, "layers": {ours: {"shape": [s for i, s in enumerate(value.shape) if i > 0],
                                                  "fingerprint": fingerprint(value)}
                                           for ours, value in given.items()}}
        torch.save(net.state_dict(), folder / f"{name}.pth")
        (folder / f"{name}.json").write_text(json.dumps(record))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
