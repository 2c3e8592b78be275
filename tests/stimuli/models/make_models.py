#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes models for the tests, and what their layers give for one image.

make_models.py FOLDER: for each architecture of torchvision FOLDER/<name>.pth (state_dict with random
weights) and FOLDER/<name>.json with the activations of every layer, summed in a way that another
order would not give; and small TorchScript models, good ones and bad ones.
"""
import json
import sys
import zipfile
from pathlib import Path
from typing import Tuple

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
    unsafe_models(folder)
    bad_numbers(torch.jit.script(net), folder)
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


class Program(torch.nn.Module):
    """A model to which program() adds a layer."""

    def __init__(self, target=""):
        super().__init__()
        self.target = target

    def forward(self, x):
        return x


def program(body, target=""):
    """A scripted Program with the layer `one`; of a class of its own, to which it is added."""
    net = torch.jit.script(type("Program", (Program,), {"__module__": __name__})(str(target)))
    net.define("def one(self, x):\n" + "".join(f"    {line}\n" for line in body.splitlines()))
    return net


class Restored(torch.nn.Module):
    """Overwrites its target while it is loaded."""

    def __init__(self, target):
        super().__init__()
        self.target = target
        self.kept = torch.zeros(1)

    @torch.jit.export
    def __getstate__(self):
        return (self.target, self.training)

    @torch.jit.export
    def __setstate__(self, state: Tuple[str, bool]):
        self.target = state[0]
        self.training = state[1]
        self.kept = torch.from_file(self.target, True, 4).zero_()

    @torch.jit.export
    def one(self, x):
        return x

    def forward(self, x):
        return x


class Constant(torch.nn.Module):
    """A tensor that is no buffer becomes a constant of the traced code."""

    def __init__(self):
        super().__init__()
        self.shift = torch.arange(16.0)

    def one(self, x):
        return x + self.shift

    def forward(self, x):
        return self.one(x)


def edited(source, file, *changes):
    """The archive with some bytes of its entries replaced: (entry's end, old, new)."""
    left = list(changes)
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(file, "w") as new:
        for info in old.infolist():
            content = old.read(info)
            for change in [c for c in left if info.filename.endswith(c[0])]:
                assert change[1] in content, (source, change)
                content = content.replace(change[1], change[2])
                left.remove(change)
            new.writestr(info.filename, content)
    assert not left, left


def unsafe_models(folder):
    """Programs in the place of models; unsafe.json says with which words each is refused."""
    target = folder / "target.txt"
    target.write_text("must stay as it is")
    one = {"layers": ["one"]}
    words = {}

    def save(name, word, net):
        words[name] = word
        save_script(net, folder / name, **one)

    def edit(source, name, word, *changes):
        words[name] = word
        edited(folder / source, folder / name, *changes)

    save("plain.ts", "", program("return torch.relu(x)"))
    save("from_file.ts", "aten::from_file",
         program("return x + torch.from_file(self.target, True, 4).zero_()[0]", target))
    save("setstate.ts", "__setstate__", torch.jit.script(Restored(str(target))))
    save("save.ts", "aten::save", program("torch.save(x, self.target)\nreturn x", target))
    save("forever.ts", "at most a million", program("while True:\n    x = x + 1\nreturn x"))
    save("until.ts", "at most a million", program("while bool(x.sum() < 100):\n    x = x + 1\nreturn x"))
    save("turns.ts", "at most a million",
         program("for i in range(9223372036854775806):\n    x = x + 1\nreturn x"))
    save("size_turns.ts", "at most a million",
         program("for i in range(x.size(0) * 1000000000000):\n    x = x + 1\nreturn x"))
    save("print.ts", "prim::Print", program("print(x)\nreturn x"))
    save("fork.ts", "aten::wait", torch.jit.script(Forking()))
    # An operator whose meaning has changed, here GELU, makes the archive one of a later version.
    save("later_version.ts", "", program("return torch.nn.functional.gelu(x)"))
    save("no_loop_left.ts", "",
         program("if self.training:\n    while True:\n        x = x + 1\nreturn x"))
    save("list_loop.ts", "", program("y = [x, x]\nfor z in y:\n    x = x + z\nreturn x"))
    save("constant.ts", "", torch.jit.trace_module(Constant(), {"one": image(16)}))
    code, relu = ".py", b"torch.relu(x)"
    path = str(target).encode()
    edit("plain.ts", "method.ts", "aten::set_data",
         (code, b"return " + relu, b"_0 = (x).set_data(x)\n    return x"))
    edit("plain.ts", "by_name.ts", "aten::from_file",
         (code, relu, b'getattr(torch, "from_file")("' + path + b'", True, 4).zero_()'))
    edit("plain.ts", "alias.ts", "aten::from_file",
         (code, b"return " + relu, b'f = ops.aten.from_file\n    return f("' + path + b'", True, 4).zero_()'))
    edit("plain.ts", "all_ops.ts", "another library", (code, b"return " + relu, b"o = ops\n    return x"))
    edit("plain.ts", "library.ts", "quantized::relu6", (code, relu, b"ops.quantized.relu6(x)"))
    edit("plain.ts", "default.ts", "a default value of one",
         (code, b"    x: Tensor) -> Tensor:\n    return " + relu,
          b"    x: Tensor, y: Tensor=torch.ones([4])) -> Tensor:\n    return x"))
    edit("plain.ts", "unused_setstate.ts", "__setstate__",
         (code, b"  def one(", b"  def __setstate__(self: __torch__.Program,\n    s: int) -> NoneType:\n"
          b"    return None\n  def one("))
    edit("plain.ts", "class_constant.ts", "a constant of the class",
         (code, b"  target : str\n", b"  target : str\n  c : Final[int] = torch.len([1])\n"))
    edit("plain.ts", "interface.ts", "neither a module", (code, b"(Module)", b"(ModuleInterface)"))
    edit("plain.ts", "recursion.ts", "recursive", (code, relu, b"(self).one(x)"))
    edit("plain.ts", "nested.ts", "nested too deeply",
         (code, relu, b"(" * 100_000 + b"x" + b")" * 100_000))
    edit("plain.ts", "not_code.ts", "something else than", (code, b"class ", b"x = 1\nclass "))
    edit("plain.ts", "compiled_class.ts", "torch.classes",
         ("/data.pkl", b"c__torch__\nProgram", b"c__torch__.torch.classes.rnn\nCell"))
    edit("small.ts", "other_class.ts", "its code declares",
         ("/data.pkl", b"c__torch__.torch.nn.modules.conv\nConv2d", b"c__torch__.torch.nn.modules.activation\nReLU"))
    edit("small.ts", "short.ts", "its declared size", ("/data/0", *shortened(folder / "small.ts", "/data/0")))
    edit("constant.ts", "short_constant.ts", "its declared size",
         ("/constants/0", *shortened(folder / "constant.ts", "/constants/0")))
    edit("small.ts", "outside.ts", "outside its storage",
         ("/data.pkl", b"K\x04K\x03K\x03K\x03t", b"K\x05K\x03K\x03K\x03t"))
    (folder / "unsafe.json").write_text(json.dumps(words))


def shortened(archive, entry):
    with zipfile.ZipFile(archive) as opened:
        content = next(opened.read(n) for n in opened.namelist() if n.endswith(entry))
    return content, content[:-4]


class Forking(torch.nn.Module):
    @torch.jit.export
    def one(self, x):
        return torch.jit.wait(torch.jit.fork(torch.relu, x))

    def forward(self, x):
        return x


def bad_numbers(net, folder):
    """A manifest with each number that its key cannot take; bad_numbers.json names the keys."""
    image_input = {"channels": 3, "range": [0, 1], "native_size": 16}
    sound_input = {"channels": 1, "range": [-1, 1], "sample_rate": 8000}
    keys = {}
    for modality, usual, key in (("image", image_input, "native_size"), ("image", image_input, "channels"),
                                 ("audio", sound_input, "sample_rate"), ("audio", sound_input, "channels"),
                                 ("audio", sound_input, "duration_ms")):
        for i, value in enumerate((-1, 0, 3.5, 1e12, 10**30, "16", None, True)):
            if key != "duration_ms" or value not in (0, 3.5):
                name = f"{modality}_{key}_{i}.ts"
                keys[name] = "input." + key
                save_script(net, folder / name, modality=modality, input={**usual, key: value})
    save_script(net, folder / "any_size_0.ts", input={**image_input, "native_size": 0, "any_size": True})
    keys["any_size_0.ts"] = "input.native_size"
    for i, (mean, sd) in enumerate((([0.5, 0.5, 1e300], [1, 1, 1]), ([0, 0, 0], [1, 1, 1e-300]),
                                    ([0, 0, 0], [1, 1, 1e-40]), ([0, 0, 0], [1, 1, 1e300]),
                                    ([0, 0, 0], [1, -1, 1]), ([0, 0], [1, 1]))):
        keys[f"normalisation_{i}.ts"] = "normalisation"
        save_script(net, folder / f"normalisation_{i}.ts", normalisation={"mean": mean, "std": sd})
    (folder / "bad_numbers.json").write_text(json.dumps(keys))


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
