#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps per second and image of metamer synthesis at 32 x 32: a straightforward loop in PyTorch, one
image at a time, against ours (metamer_benchmark --rate), one and eight, same network, same run.

The loop is what one writes in Python, and what the published code does: the network as modules, all of
it run at each step with the activations kept on the way, the loss at one layer, its gradient by
autograd, a step along the normalised gradient, a clamp.

  tests/benchmarks/metamer_loop.py build/default/tests/benchmarks/metamer_benchmark MODEL.ts PHOTOGRAPHS
"""
import subprocess
import sys
import time

import torch
from torch import nn

LAYERS = ["conv1", "layer1", "layer2", "layer3", "avgpool"]
STEPS = 300


class Block(nn.Module):
    """He et al. 2016, with their parameter-free shortcut."""

    def __init__(self, width_in, width, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(width_in, width, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.stride = stride
        self.extra = (width - width_in) // 2

    def forward(self, x):
        out = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        shortcut = nn.functional.pad(x[:, :, ::self.stride, ::self.stride],
                                     (0, 0, 0, 0, self.extra, self.extra))
        return torch.relu(out + shortcut)


class ResNet20(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.zeros(3, 1, 1))
        self.register_buffer("std", torch.ones(3, 1, 1))
        self.conv1_ = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.layer1_ = nn.Sequential(Block(16, 16, 1), Block(16, 16, 1), Block(16, 16, 1))
        self.layer2_ = nn.Sequential(Block(16, 32, 2), Block(32, 32, 1), Block(32, 32, 1))
        self.layer3_ = nn.Sequential(Block(32, 64, 2), Block(64, 64, 1), Block(64, 64, 1))
        self.linear = nn.Linear(64, 10)

    def forward(self, x):
        kept = {}
        x = kept["conv1"] = torch.relu(self.bn1(self.conv1_((x - self.mean) / self.std)))
        x = kept["layer1"] = self.layer1_(x)
        x = kept["layer2"] = self.layer2_(x)
        x = kept["layer3"] = self.layer3_(x)
        x = kept["avgpool"] = torch.flatten(nn.functional.adaptive_avg_pool2d(x, 1), 1)
        return self.linear(x), kept


def steps_per_second(network, layer):
    torch.manual_seed(1)
    original = torch.rand(1, 3, 32, 32)
    target = network(original)[1][layer].detach()
    image = (0.5 + torch.randn(1, 3, 32, 32) / 20).clamp(0, 1)
    begin = time.perf_counter()
    for _ in range(STEPS):
        image = image.detach().requires_grad_()
        _, kept = network(image)
        loss = (kept[layer] - target).norm() / target.norm()
        (gradient,) = torch.autograd.grad(loss, [image])
        with torch.no_grad():
            image = (image - gradient / (gradient.norm() + 1e-10)).clamp(0, 1)
    return STEPS / (time.perf_counter() - begin)


def main():
    program, model, photographs = sys.argv[1:4]
    scripted = torch.jit.load(model)
    network = ResNet20().eval()
    network.load_state_dict(scripted.state_dict())
    with torch.no_grad():
        some = torch.rand(1, 3, 32, 32)
        assert torch.allclose(network(some)[0], scripted(some), atol=1e-4), "not the same network"
    for layer in LAYERS:
        steps_per_second(network, layer)  # warm
        loop = steps_per_second(network, layer)
        alone, batch = map(float, subprocess.run(
            [program, model, "--references", photographs, "--layers", layer, "--rate",
             "--steps", str(STEPS)], check=True, capture_output=True, text=True).stdout.split()[1:])
        print(f"{layer:8} loop {loop:6.1f} steps/s; ours alone {alone:6.1f}, {alone / loop:.1f} times; "
              f"each image of a batch of 8 {batch:6.1f}, {batch / loop:.1f} times", flush=True)


if __name__ == "__main__":
    main()
