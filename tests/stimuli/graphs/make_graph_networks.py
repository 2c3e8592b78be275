#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Graph networks with random weights, and their activations by dense matrices in NumPy.

make_graph_networks.py FOLDER: edges.csv, features.csv, cases.csv (name, architecture, activation, hops,
residual, layers), and for each case NAME.safetensors with the names of PyTorch Geometric and NAME-LAYER-pre.csv and
NAME-LAYER.csv with Z and H = phi(Z).
"""
import json
import struct
import sys
from math import erf
from pathlib import Path

import numpy as np

FOLDER = Path(sys.argv[1])
RNG = np.random.default_rng(1)
NODES, WIDTH = 9, 4  # the last node has no edges
EDGES = [(0, 1), (0, 2), (0, 5), (1, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 7), (1, 7)]

A = np.zeros((NODES, NODES))
for u, v in EDGES:
    A[u, v] = A[v, u] = 1
LOOPS = A + np.eye(NODES)
DEGREE = A.sum(1)
S = LOOPS / np.sqrt(np.outer(DEGREE + 1, DEGREE + 1))
MEAN = A / np.maximum(DEGREE, 1)[:, None]
X = RNG.normal(size=(NODES, WIDTH)).astype(np.float32)

PHI = {
    "linear": lambda z: z,
    "relu": lambda z: np.maximum(z, 0),
    "elu": lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0))),
    "tanh": np.tanh,
    "leaky-relu": lambda z: np.where(z > 0, z, .01 * z),
    "gelu": lambda z: z / 2 * (1 + np.vectorize(erf)(z / np.sqrt(2))),
    "silu": lambda z: z / (1 + np.exp(-z)),
}


def number(*shape):
    return RNG.normal(size=shape).astype(np.float32)


def gcn(x, w, phi, out):
    w |= {"lin.weight": number(out, x.shape[1]), "bias": number(out)}
    return S @ x @ w["lin.weight"].T + w["bias"]


def dgl(x, w, phi, out):
    w |= {"weight": number(x.shape[1], out), "bias": number(out)}
    return S @ x @ w["weight"] + w["bias"]


def sage(x, w, phi, out):
    w |= {"lin_l.weight": number(out, x.shape[1]), "lin_l.bias": number(out),
          "lin_r.weight": number(out, x.shape[1])}
    return MEAN @ x @ w["lin_l.weight"].T + w["lin_l.bias"] + x @ w["lin_r.weight"].T


def gat(heads, concatenated):
    def layer(x, w, phi, out):
        w |= {"lin.weight": number(heads * out, x.shape[1]), "att_src": number(1, heads, out),
              "att_dst": number(1, heads, out), "bias": number(heads * out if concatenated else out)}
        values = []
        for head in range(heads):
            h = x @ w["lin.weight"][head * out:(head + 1) * out].T
            score = (h @ w["att_dst"][0, head])[:, None] + (h @ w["att_src"][0, head])[None]
            power = np.exp(np.where(score > 0, score, .2 * score)) * LOOPS
            values.append(power / power.sum(1, keepdims=True) @ h)
        return (np.hstack(values) if concatenated else sum(values) / heads) + w["bias"]
    return layer


def gin(x, w, phi, out):
    w |= {"nn.0.weight": number(5, x.shape[1]), "nn.0.bias": number(5), "nn.2.weight": number(out, 5),
          "nn.2.bias": number(out), "eps": np.array([.25], np.float32)}
    hidden = phi(((1 + w["eps"][0]) * x + A @ x) @ w["nn.0.weight"].T + w["nn.0.bias"])
    return hidden @ w["nn.2.weight"].T + w["nn.2.bias"]


def sgc(hops):
    def layer(x, w, phi, out):
        w |= {"lin.weight": number(out, x.shape[1]), "lin.bias": number(out)}
        return np.linalg.matrix_power(S, hops) @ x @ w["lin.weight"].T + w["lin.bias"]
    return layer


def save(name, arrays):
    header, data = {}, b""
    for key, array in arrays.items():
        header[key] = {"dtype": "F32", "shape": array.shape, "data_offsets": [len(data), len(data) + array.nbytes]}
        data += array.tobytes()
    text = json.dumps(header).encode()
    (FOLDER / f"{name}.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + data)


def table(name, rows):
    np.savetxt(FOLDER / name, rows, delimiter=",", fmt="%.17g")


CASES = [("gcn", "gcn", "relu", "", [gcn, gcn]), ("gcn-dgl", "gcn", "tanh", "", [dgl]),
         ("sage", "sage", "elu", "", [sage, sage]), ("gat", "gat", "leaky-relu", "", [gat(3, True), gat(2, False)]),
         ("gat-one", "gat", "elu", "", [gat(1, True)]), ("gin", "gin", "gelu", "", [gin, gin]),
         ("sgc", "sgc", "silu", 3, [sgc(3)]), ("gcn-linear", "gcn", "linear", "", [gcn]),
         ("gcn-residual", "gcn", "relu", "", [gcn, gcn])]

FOLDER.mkdir(parents=True, exist_ok=True)
(FOLDER / "edges.csv").write_text("source,target\n" + "".join(f"{u},{v}\n" for u, v in EDGES))
table("features.csv", X)
with open(FOLDER / "cases.csv", "w") as cases:
    for name, architecture, activation, hops, layers in CASES:
        weights, h, residual = {}, X.astype(np.float64), name.endswith("residual")
        for number_of, layer in enumerate(layers, 1):
            arrays = {}
            z = layer(h, arrays, PHI[activation], WIDTH if residual else 3)
            h = PHI[activation](z) + (h if residual else 0)
            table(f"{name}-{number_of}-pre.csv", z)
            table(f"{name}-{number_of}.csv", h)
            weights |= {f"conv{number_of}.{key}": array for key, array in arrays.items()}
        save(name, weights)
        print(name, architecture, activation, hops or 0, int(residual), len(layers), sep=",", file=cases)
