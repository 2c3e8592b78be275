#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes graphs as NumPy saves them, good ones and bad ones. make_npz.py FOLDER"""
import sys
from pathlib import Path

import numpy as np

FOLDER = Path(sys.argv[1])


def csr(prefix, dense, **changed):
    dense = np.asarray(dense, np.float32)
    rows, columns = np.nonzero(dense)
    arrays = {"data": dense[rows, columns], "indices": columns.astype(np.int32),
              "indptr": np.searchsorted(rows, np.arange(len(dense) + 1)).astype(np.int32),
              "shape": np.array(dense.shape)}
    return {f"{prefix}_{name}": array for name, array in (arrays | changed).items()}


ADJACENCY = [[0, 1, 0, 0], [1, 0, 1, 0], [0, 0, 1, 0], [0, 0, 0, 0]]
WORDS = [[1, 0, 1], [0, 1, 0], [0, 0, 0], [0, 0, 1]]
NUMBERS = np.array([[.5, 0, 2], [0, 1, 0], [0, 0, 0], [0, 0, -1]])
EDGES = csr("adj", ADJACENCY)
GRAPH = EDGES | csr("attr", WORDS) | {
    "labels": np.array([1, 0, 1, -1], np.int8), "class_names": np.array(["frog", "Kröte"]),
    "node_names": np.array(["a", "b", "c", "d"])}

FOLDER.mkdir(parents=True, exist_ok=True)
np.savez_compressed(FOLDER / "packed.npz", **GRAPH)
for name, arrays in {
        "stored": GRAPH,
        "bare": EDGES,
        "sparse": EDGES | csr("attr", NUMBERS),
        "dense": EDGES | {"attr_matrix": NUMBERS},
        "weighted": csr("adj", [[0, 2], [0, 0]]),
        "objects": GRAPH | {"node_names": np.array(["a", "b", 3, None], object)},
        "square": EDGES | {"adj_shape": np.array([4, 5])},
        "outside": EDGES | {"adj_indices": EDGES["adj_indices"] + 2},
        "pointers": EDGES | {"adj_indptr": np.array([0, 1, 3, 2, 4])},
        "rows": EDGES | csr("attr", WORDS[:3]),
        "nan": EDGES | csr("attr", [*WORDS[:3], [0, 0, np.nan]]),
        "labels": GRAPH | {"labels": np.array([1, 0, 1, 2])},
        "other": {"x": np.zeros(3)}}.items():
    np.savez(FOLDER / f"{name}.npz", **arrays)
