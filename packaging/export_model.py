#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns a torchvision network, or a checkpoint of one, into a model file of MetamerLab.

A model file is a TorchScript archive with one method for each layer, each running only as far as
needed, and a manifest metamerlab.json among its extra files. The methods take RGB in [0, 1], [N, 3,
height, width]; the network's normalisation is inside them ("normalised_inside": true), so it must
not be applied again. Layers are the outputs of ReLUs and poolings, and the logits; each ReLU is an
operation of its own (aten::relu, never in place).

Checkpoints: torch.save of a state dict, of {'state_dict' | 'model' | 'net': state dict}, or one of
the robustness library, whose normaliser is then used; otherwise that of torchvision's ImageNet
weights (mean 0.485 0.456 0.406, std 0.229 0.224 0.225). Code in a checkpoint is never run.

  export_model.py resnet50 robust.ts --checkpoint imagenet_l2_3_0.pt --classes imagenet
  export_model.py vgg19 random.ts --random 1
"""
import argparse
import hashlib
import json
import os
import sys
import types
from pathlib import Path

import torch
import torchvision
from torch import nn

ARCHITECTURES = ("alexnet", "resnet18", "resnet34", "resnet50", "resnet101", "resnet152",
                 "vgg11", "vgg13", "vgg16", "vgg19", "vgg11_bn", "vgg13_bn", "vgg16_bn", "vgg19_bn")
IMAGENET = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
NATIVE_SIZE = 224


class ExportError(Exception):
    """What is wrong and what to do, for the person at the terminal."""


def resnet_stages(net):
    def stem(x):
        return torch.relu(net.bn1(net.conv1(x)))

    return [("conv1", stem), ("maxpool", net.maxpool), ("layer1", net.layer1),
            ("layer2", net.layer2), ("layer3", net.layer3), ("layer4", net.layer4),
            ("avgpool", net.avgpool), ("logits", lambda x: net.fc(torch.flatten(x, 1)))]


def feature_stages(net, by_block):
    """AlexNet counts its convolutions through (relu1 to relu5), VGG within blocks (relu1_2)."""
    stages, pending = [], []
    block, conv = 1, 0
    for module in net.features:
        pending.append(module)
        if isinstance(module, nn.Conv2d):
            conv += 1
        elif isinstance(module, nn.ReLU):
            stages.append((f"relu{block}_{conv}" if by_block else f"relu{conv}",
                           nn.Sequential(*pending)))
            pending = []
        elif isinstance(module, nn.MaxPool2d):
            stages.append((f"pool{block}" if by_block else f"pool{conv}", nn.Sequential(*pending)))
            pending = []
            if by_block:
                block, conv = block + 1, 0
    relus = [i for i, m in enumerate(net.classifier) if isinstance(m, nn.ReLU)]

    def first(x):
        return net.classifier[:relus[0] + 1](torch.flatten(net.avgpool(x), 1))

    return stages + [("relu6", first), ("relu7", net.classifier[relus[0] + 1:relus[1] + 1]),
                     ("logits", net.classifier[relus[1] + 1:])]


def stages_of(architecture, net):
    """[(layer, what leads there from the layer before)]"""
    if architecture.startswith("resnet"):
        return resnet_stages(net)
    return feature_stages(net, by_block=architecture.startswith("vgg"))


def _up_to(stages):
    def run(model, x):
        x = (x - model.mean) / model.std
        for stage in stages:
            x = stage(x)
        return x
    return run


class LayeredModel(nn.Module):
    """A network behind its normaliser, with one method for each layer."""

    def __init__(self, architecture, net, mean, std):
        super().__init__()
        for module in net.modules():
            if isinstance(module, nn.ReLU):
                module.inplace = False
        self.network = net
        self.register_buffer("mean", torch.tensor(mean).reshape(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor(std).reshape(1, 3, 1, 1))
        stages = stages_of(architecture, net)
        self.layers = [name for name, _ in stages]
        for count, name in enumerate(self.layers, 1):
            method = _up_to([stage for _, stage in stages[:count]])
            setattr(self, name, types.MethodType(method, self))  # trace_module() wants it bound

    def forward(self, x):
        return getattr(self, self.layers[-1])(x)


def load_checkpoint(file):
    """The state dict and (mean, std) or None, by the rules of stimuli/checkpoints/weights.h."""
    try:
        saved = torch.load(file, map_location="cpu", weights_only=True)
    except OSError as problem:
        raise ExportError(f"cannot read {file}: {problem.strerror}") from problem
    except Exception as problem:
        raise ExportError(
            f"{file} is not a checkpoint of tensors only ({str(problem).splitlines()[0]}). "
            "If you trust it, save it again with PyTorch: "
            "torch.save({'model': ckpt['model']}, 'weights.pt') or "
            "torch.save(model.state_dict(), 'weights.pt').") from problem
    if not isinstance(saved, dict):
        raise ExportError(f"{file} holds a {type(saved).__name__}, not a state dict")
    tensors = {}
    for candidate in (saved.get("state_dict"), saved.get("model"), saved.get("net"), saved):
        if isinstance(candidate, dict):
            tensors = {k: v for k, v in candidate.items() if isinstance(v, torch.Tensor)}
            if tensors:
                break
    if not tensors:
        raise ExportError(f"{file} holds no tensors, neither at the top nor under state_dict, "
                          "model or net")

    def drop_prefix(prefix):
        nonlocal tensors
        if tensors and all(k.startswith(prefix) for k in tensors):
            tensors = {k[len(prefix):]: v for k, v in tensors.items()}

    drop_prefix("module.")
    normaliser = None
    for prefix in ("attacker.normalize.", "normalizer."):  # the later one wins
        numbers = [tensors.pop(prefix + key, None) for key in ("new_mean", "new_std")]
        if all(n is not None for n in numbers):
            normaliser = tuple(n.float().flatten().tolist() for n in numbers)
    if normaliser and (any(len(n) != 3 for n in normaliser) or min(normaliser[1]) <= 0):
        raise ExportError(f"the normaliser of {file} is not a mean and a std above 0 for R, G, B")
    if all(k.startswith(("model.", "attacker.model.")) for k in tensors) and any(
            k.startswith("model.") for k in tensors):
        tensors = {k: v for k, v in tensors.items() if k.startswith("model.")}
    drop_prefix("attacker.model.")
    drop_prefix("model.")
    return tensors, normaliser


def read_classes(argument):
    if argument == "imagenet":
        return torchvision.models.ResNet18_Weights.IMAGENET1K_V1.meta["categories"]
    try:
        text = Path(argument).read_text(encoding="utf-8")
    except OSError as problem:
        raise ExportError(f"cannot read {argument}: {problem.strerror}") from problem
    return [line.strip() for line in text.splitlines() if line.strip()]


def build(architecture, checkpoint, seed, classes):
    """The network and its (mean, std)."""
    make = getattr(torchvision.models, architecture)
    if checkpoint is None:
        torch.manual_seed(seed)
        return make(num_classes=len(classes) if classes else 1000), IMAGENET
    tensors, normaliser = load_checkpoint(checkpoint)
    last = {"resnet": "fc.weight", "vgg": "classifier.6.weight", "alexnet": "classifier.6.weight"}
    key = next(name for family, name in last.items() if architecture.startswith(family))
    if key not in tensors:
        wrapped = [name for name in tensors if name.endswith(f".{key}")]
        if wrapped:
            prefix = wrapped[0].removesuffix(key)
            raise ExportError(f"the names in {checkpoint} begin with \"{prefix}\", the name of a "
                              f"wrapper around the network; save the network without it: "
                              f"torch.save(model.{prefix}state_dict(), FILE)")
        raise ExportError(f"{checkpoint} is not a {architecture}: {key} is missing; its first keys "
                          f"are {', '.join(list(tensors)[:3])}")
    net = make(num_classes=tensors[key].shape[0])
    try:
        net.load_state_dict(tensors)
    except RuntimeError as problem:
        raise ExportError(f"{checkpoint} is not a {architecture}: "
                          f"{str(problem)[:500]}") from problem
    return net, normaliser or IMAGENET


def export(architecture, output, checkpoint=None, seed=None, classes=None, name=None, source=None):
    """Writes the model file and returns its manifest."""
    net, (mean, std) = build(architecture, checkpoint, seed, classes)
    model = LayeredModel(architecture, net.float().eval(), mean, std).eval()
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    example = torch.linspace(0, 1, 3 * 64 * 64).reshape(1, 3, 64, 64)
    logits = model(example)
    if not bool(torch.isfinite(logits).all()):
        raise ExportError(f"{architecture} with these weights computes logits that are not finite")
    if classes is None:
        classes = [str(i) for i in range(logits.shape[1])]
    if len(classes) != logits.shape[1]:
        raise ExportError(f"{len(classes)} classes were given, but the network has "
                          f"{logits.shape[1]}")
    if source is None:
        if checkpoint is None:
            source = f"torchvision {architecture}, random weights, seed {seed}"
        else:
            digest = hashlib.sha256(Path(checkpoint).read_bytes()).hexdigest()
            source = f"torchvision {architecture}, {Path(checkpoint).name}, sha256 {digest}"
    manifest = {
        "name": name or Path(output).stem,
        "modality": "image",
        "input": {"channels": 3, "range": [0, 1], "native_size": NATIVE_SIZE, "any_size": True},
        "normalised_inside": True,
        "layers": model.layers,
        "logits_layer": "logits",
        "classes": classes,
        "source": source,
    }
    traced = torch.jit.trace_module(model, {m: example for m in [*model.layers, "forward"]})
    temporary = f"{output}.{os.getpid()}"
    try:
        torch.jit.save(traced, temporary, _extra_files={"metamerlab.json": json.dumps(manifest)})
        os.replace(temporary, output)
    except (OSError, RuntimeError) as problem:
        Path(temporary).unlink(missing_ok=True)
        raise ExportError(f"cannot write {output}: {str(problem).splitlines()[0]}") from problem
    return manifest


def main():
    about, _, details = __doc__.partition("\n\n")
    parser = argparse.ArgumentParser(description=about, epilog=details,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("architecture", choices=ARCHITECTURES, metavar="ARCHITECTURE",
                        help=", ".join(ARCHITECTURES))
    parser.add_argument("output", help="the model file to write, usually NAME.ts")
    weights = parser.add_mutually_exclusive_group(required=True)
    weights.add_argument("--checkpoint", metavar="FILE", help="weights as torch.save wrote them")
    weights.add_argument("--random", metavar="SEED", type=int, help="random weights")
    parser.add_argument("--classes", metavar="FILE",
                        help="names of the logits, one a line; \"imagenet\" for the usual 1000; "
                        "default: their numbers from 0")
    parser.add_argument("--name", help="default: the output file's name without extension")
    parser.add_argument("--source", help="where the weights come from, for the record; default: "
                        "the checkpoint's name and sha256, or the seed")
    arguments = parser.parse_args()
    try:
        manifest = export(arguments.architecture, arguments.output, arguments.checkpoint,
                          arguments.random,
                          read_classes(arguments.classes) if arguments.classes else None,
                          arguments.name, arguments.source)
    except ExportError as problem:
        sys.exit(f"export_model.py: {problem}")
    print(f"{arguments.output}: {manifest['name']}, layers {' '.join(manifest['layers'])}")


if __name__ == "__main__":
    main()
