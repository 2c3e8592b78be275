#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Probes on ResNet-50 with random weights at 224 x 224: `minimum-norm` against MAME's procedure as it
was published (Kamao et al. 2025): PyTorch, 50 Adam steps on the pixels, each with a pass through the
whole network, a backward pass that takes the gradients of the weights as well, and a second pass that
classifies. Their process for each probe, which loads the network again, is not counted.

  tests/benchmarks/mame_resnet50.py build/default/tests/benchmarks/probe_benchmark [PROBES]

All of conv1, layer3 and avgpool's probes are made by probe_benchmark; PROBES of them (9), a minute
each, by the published procedure, on the same weights, bases and references.
"""
import json
import random
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy
import torch
import torchvision
from PIL import Image

LAYERS = ["conv1", "layer3", "avgpool"]
STEPS = 50
# By level, as the program's own `adam` has it.
RATES = {0.1: 0.0005, 0.5: 0.002, 1.0: 0.004, 2.0: 0.008}


def load_basis(path):
    """The components [retained, channels * channels] and the mean of a basis file."""
    data = Path(path).read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + length])

    def array(name):
        begin, end = header[name]["data_offsets"]
        values = numpy.frombuffer(data[8 + length + begin:8 + length + end], "<f4")
        return torch.from_numpy(values.reshape(header[name]["shape"]).copy())

    components = array("components")
    return components.reshape(components.shape[0], -1), array("mean").reshape(-1)


class Published:
    def __init__(self, network):
        self.network = network
        self.normalise = torchvision.transforms.Normalize([0.485, 0.456, 0.406],
                                                          [0.229, 0.224, 0.225])
        self.activations = {}
        for name in LAYERS:
            module = network.relu if name == "conv1" else getattr(network, name)
            module.register_forward_hook(lambda _m, _i, out, name=name: self.keep(name, out))

    def keep(self, name, out):
        # The ReLU module of torchvision's ResNet is called once in the stem.
        self.activations.setdefault(name, out)

    def coordinates(self, image, layer, basis):
        self.activations.clear()
        self.network(self.normalise(image))
        matrix = self.activations[layer].flatten(2)[0]
        gram = (matrix @ matrix.t() / matrix.shape[1]).flatten()
        components, mean = basis
        return components @ (gram - mean)

    def probe(self, reference, layer, basis, component, signed_level):
        """The residual reached, in SD, and the milliseconds it took."""
        with torch.no_grad():
            target = self.coordinates(reference, layer, basis)
        target[component - 1] += signed_level
        begin = time.perf_counter()
        image = reference.clone().requires_grad_()
        adam = torch.optim.Adam([image], lr=RATES[abs(signed_level)])
        for _ in range(STEPS):
            adam.zero_grad()
            loss = (self.coordinates(image, layer, basis) - target).square().mean()
            loss.backward()
            adam.step()
            with torch.no_grad():
                image.clamp_(0, 1)
                self.network(self.normalise(image)).argmax()
        milliseconds = 1000 * (time.perf_counter() - begin)
        with torch.no_grad():
            shown = (image * 255).round() / 255
            residual = (self.coordinates(shown, layer, basis) - target).abs().max().item()
        return residual, milliseconds


def spread(probes, count):
    """`count` of the probes at random, as many of each layer, so that every level has its chance."""
    draw = random.Random(1)
    return [probe for layer in LAYERS
            for probe in draw.sample([p for p in probes if p["layer"] == layer],
                                     max(1, count // len(LAYERS)))]


def main():
    program, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 9
    torch.manual_seed(0)
    network = torchvision.models.resnet50(weights=None).eval()
    with tempfile.TemporaryDirectory() as folder:
        weights = Path(folder, "resnet50.pt")
        torch.save(network.state_dict(), weights)
        subprocess.run([program, "--model", "resnet50", "--weights", weights, "--layers", *LAYERS,
                        "--components", "3", "--count", "2", "--report", folder], check=True)
        report = json.loads(Path(folder, "report.json").read_text())
        references = {name: torchvision.transforms.functional.to_tensor(Image.open(path))[None]
                      for name, path in report["references"].items()}
        bases = {layer: load_basis(path) for layer, path in report["bases"].items()}

    published = Published(network)
    ratios = []
    for probe in spread(report["probes"], count):
        residual, milliseconds = published.probe(
            references[probe["reference"]], probe["layer"], bases[probe["layer"]],
            probe["component"], probe["signed_level"])
        ratios.append(milliseconds / probe["ms"])
        print(f"{probe['layer']:8} {probe['component']} {probe['signed_level']:+.1f}: published "
              f"{milliseconds:8.0f} ms, residual {residual:.4f} SD; minimum-norm {probe['ms']:6.0f} "
              f"ms, residual {probe['residual_sd']:.4f} SD; {ratios[-1]:.0f} times faster",
              flush=True)
    times = sorted(p["ms"] for p in report["probes"])
    within = sum(p["converged"] for p in report["probes"]) / len(times)
    print(f"minimum-norm: {len(times)} probes, median {statistics.median(times):.0f} ms, "
          f"{100 * within:.1f} % within 0.01 SD; published / minimum-norm, probe by probe: median "
          f"{statistics.median(ratios):.0f}, least {min(ratios):.0f}")


if __name__ == "__main__":
    main()
