#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps of Adam to a metamer of features of a whole graph: a straightforward script in PyTorch against ours
(graph_benchmark), same graph, same GCN, same number of steps, both on one thread, in turns.

The script is what one writes in Python: the features as a leaf, messages by index_add, the loss at one layer, its
gradient by autograd, torch.optim.Adam. The time is that of the steps with the start before them.

  tests/benchmarks/graph_loop.py build/default/tests/benchmarks/graph_benchmark EDGES.csv FEATURES.csv WEIGHTS.safetensors LAYER
"""
import csv
import json
import os
import statistics
import struct
import subprocess
import sys
import time

import torch

STEPS, ROUNDS = 100, 3


def arrays(file):
    with open(file, "rb") as stream:
        (size,) = struct.unpack("<Q", stream.read(8))
        heading = json.loads(stream.read(size))
        data = stream.read()
    heading.pop("__metadata__", None)
    return {name: torch.frombuffer(bytearray(data[slice(*a["data_offsets"])]), dtype=torch.float32)
            .reshape(a["shape"]) for name, a in heading.items()}


def graph(edges, features):
    with open(edges) as stream:
        pairs = torch.tensor([[int(a), int(b)] for a, b in list(csv.reader(stream))[1:]])
    with open(features) as stream:
        ones = torch.tensor([[int(a), int(b)] for a, b in
                             list(csv.reader(line for line in stream if line[0] != "#"))[1:]])
    x = torch.zeros(int(ones[:, 0].max()) + 1, int(ones[:, 1].max()) + 1)
    x[ones[:, 0], ones[:, 1]] = 1
    loops = torch.arange(len(x))
    source = torch.cat([pairs[:, 0], pairs[:, 1], loops])
    target = torch.cat([pairs[:, 1], pairs[:, 0], loops])
    degree = torch.zeros(len(x)).index_add(0, target, torch.ones(len(target)))
    return x, source, target, (degree[source] * degree[target]).rsqrt()[:, None]


def main():
    program, edges, features, weights, layer = sys.argv[1:6]
    x, source, target, scale = graph(edges, features)
    w = arrays(weights)
    torch.set_num_threads(1)

    def network(x):
        for i in range(1, int(layer) + 1):
            x = x @ w[f"conv{i}.lin.weight"].t()
            x = torch.zeros_like(x).index_add(0, target, scale * x[source]) + w[f"conv{i}.bias"]
            if f"conv{i + 1}.bias" in w:
                x = torch.relu(x)
        return x

    wanted = network(x)
    python, ours = [], []
    for _ in range(ROUNDS):
        begin = time.process_time()
        metamer = (x.mean(0) + x.std(0) * torch.randn_like(x)).requires_grad_()
        adam = torch.optim.Adam([metamer], lr=0.01)
        for _ in range(STEPS):
            adam.zero_grad()
            loss = (network(metamer) - wanted).square().sum() / wanted.square().sum()
            loss.backward()
            adam.step()
        python.append(time.process_time() - begin)
        out = subprocess.run(
            [program, "--graph", edges, "--features", features, "--weights", weights, "--layer", layer,
             "--solver", "adam", "--steps", str(STEPS), "--tolerance", "1e-30"],
            check=True, capture_output=True, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"}).stdout
        ours.append(float(out.split("s of processor time")[0].split()[-1]))
        print(f"PyTorch {python[-1]:.2f} s (loss {loss.item():.2g}), ours {ours[-1]:.2f} s "
              f"({out.splitlines()[1]}), {python[-1] / ours[-1]:.1f} times", flush=True)
    python, ours = statistics.median(python), statistics.median(ours)
    print(f"median of {ROUNDS}, {STEPS} steps, processor time: PyTorch {python:.2f} s, ours {ours:.2f} s, "
          f"{python / ours:.1f} times")


if __name__ == "__main__":
    main()
