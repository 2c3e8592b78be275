#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""packaging/export_model.py: export_model_test.py SOURCE_FOLDER"""
import contextlib
import io
import json
import os
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import torch
import torchvision

SCRIPT = Path(sys.argv.pop(1)).resolve() / "packaging" / "export_model.py"
sys.path.insert(0, str(SCRIPT.parent))
sys.dont_write_bytecode = True
import export_model  # noqa: E402


def outputs_of(network, wanted, x):
    """What the named modules give in one eager pass; the first call of each."""
    seen = {}

    def keep(name):
        def hook(_module, _inputs, output):
            seen.setdefault(name, output.detach().clone())
        return hook

    hooks = [network.get_submodule(module).register_forward_hook(keep(layer))
             for layer, module in wanted.items()]
    network(x)
    for hook in hooks:
        hook.remove()
    return seen


RESNET = {"conv1": "relu", "maxpool": "maxpool", "layer1": "layer1", "layer2": "layer2",
          "layer3": "layer3", "layer4": "layer4", "avgpool": "avgpool", "logits": "fc"}
ALEXNET = {"relu1": "features.1", "pool1": "features.2", "relu2": "features.4",
           "pool2": "features.5", "relu3": "features.7", "relu4": "features.9",
           "relu5": "features.11", "pool5": "features.12", "relu6": "classifier.2",
           "relu7": "classifier.5", "logits": "classifier.6"}
VGG11 = {"relu1_1": "features.1", "pool1": "features.2", "relu2_1": "features.4",
         "pool2": "features.5", "relu3_1": "features.7", "relu3_2": "features.9",
         "pool3": "features.10", "relu4_1": "features.12", "relu4_2": "features.14",
         "pool4": "features.15", "relu5_1": "features.17", "relu5_2": "features.19",
         "pool5": "features.20", "relu6": "classifier.1", "relu7": "classifier.4",
         "logits": "classifier.6"}
MEAN, STD = [0.4, 0.5, 0.6], [0.3, 0.2, 0.1]


def normalised(x, mean, std):
    return (x - torch.tensor(mean).reshape(1, 3, 1, 1)) / torch.tensor(std).reshape(1, 3, 1, 1)


def operations(model, method):
    """Kinds of the operations of a method, those it calls included."""
    graph = getattr(model, method).graph.copy()
    torch._C._jit_pass_inline(graph)
    return [node.kind() for node in graph.nodes()]


class Export(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        torch.manual_seed(3)
        self.x = torch.rand(2, 3, 72, 80)  # neither the batch nor the size it was traced with

    def export(self, *arguments):
        """(exit status, what was said), in this process: importing PyTorch takes seconds."""
        said, status = io.StringIO(), 0
        command = [str(SCRIPT), *map(str, arguments)]
        with (mock.patch.object(sys, "argv", command), contextlib.chdir(self.folder),
              contextlib.redirect_stdout(said), contextlib.redirect_stderr(said)):
            try:
                export_model.main()
            except SystemExit as end:
                status = end.code
        return status, said.getvalue() + (status if isinstance(status, str) else "")

    def exported(self, *arguments):
        code, said = self.export("resnet18", "out.ts", *arguments)
        self.assertEqual(code, 0, said)
        files = {"metamerlab.json": ""}
        model = torch.jit.load(self.folder / "out.ts", _extra_files=files)
        return model, json.loads(files["metamerlab.json"])

    def compare(self, model, eager, x_normalised):
        with torch.no_grad():
            wanted = outputs_of(eager, RESNET, x_normalised)
            for layer, output in wanted.items():
                torch.testing.assert_close(getattr(model, layer)(self.x), output, msg=layer)
            torch.testing.assert_close(model(self.x), wanted["logits"])

    def test_random_resnet18_gives_the_eager_models_activations(self):
        model, manifest = self.exported("--random", 5)
        self.assertEqual(manifest, {
            "name": "out", "modality": "image",
            "input": {"channels": 3, "range": [0, 1], "native_size": 224, "any_size": True},
            "normalised_inside": True, "layers": list(RESNET), "logits_layer": "logits",
            "classes": [str(i) for i in range(1000)],
            "source": "torchvision resnet18, random weights, seed 5"})
        torch.manual_seed(5)
        eager = torchvision.models.resnet18().eval()
        self.compare(model, eager, normalised(self.x, *export_model.IMAGENET))

        convolutions = [operations(model, layer).count("aten::_convolution")
                        for layer in manifest["layers"]]
        self.assertEqual(convolutions, [1, 1, 5, 10, 15, 20, 20, 20])
        for layer in ("conv1", "layer1", "layer4"):
            self.assertEqual(operations(model, layer)[-1], "aten::relu")
        self.assertNotIn("aten::relu_", operations(model, "logits"))

    def test_a_robustness_checkpoint_brings_its_normaliser_and_classes(self):
        eager = torchvision.models.resnet18(num_classes=3).eval()
        for buffer in (m for m in eager.modules() if isinstance(m, torch.nn.BatchNorm2d)):
            buffer.running_mean.uniform_(-0.1, 0.1)
        state = {"module." + prefix + name: value for prefix in ("model.", "attacker.model.")
                 for name, value in eager.state_dict().items()}
        for prefix in ("module.normalizer.", "module.attacker.normalize."):
            state[prefix + "new_mean"] = torch.tensor(MEAN)[..., None, None]
            state[prefix + "new_std"] = torch.tensor(STD)[..., None, None]
        torch.save({"model": state, "epoch": 4}, self.folder / "robust.pt")
        (self.folder / "classes.txt").write_text("cat\ndog\nbird\n")
        model, manifest = self.exported("--checkpoint", "robust.pt", "--classes", "classes.txt",
                                        "--name", "robust_resnet18")
        self.assertEqual(manifest["name"], "robust_resnet18")
        self.assertEqual(manifest["classes"], ["cat", "dog", "bird"])
        self.assertIn("robust.pt, sha256 ", manifest["source"])
        self.compare(model, eager, normalised(self.x, MEAN, STD))

    def test_what_cannot_be_exported_is_said(self):
        class Payload:
            def __reduce__(self):
                return os.mkdir, ("ran",)
        state = torchvision.models.resnet18(num_classes=3).state_dict()
        torch.save({"model": Payload()}, self.folder / "payload.pt")
        torch.save(state, self.folder / "small.pt")
        torch.save({k: v for k, v in state.items() if "layer3" not in k}, self.folder / "part.pt")
        torch.save({"_orig_mod." + k: v for k, v in state.items()}, self.folder / "wrapped.pt")
        torch.save({"epoch": 1}, self.folder / "none.pt")
        (self.folder / "two.txt").write_text("cat\ndog\n")
        for arguments, says in (
                (["resnet18", "o.ts", "--checkpoint", "payload.pt"], "tensors only"),
                (["resnet18", "o.ts", "--checkpoint", "nowhere.pt"], "cannot read nowhere.pt"),
                (["resnet18", "o.ts", "--checkpoint", "none.pt"], "holds no tensors"),
                (["resnet18", "o.ts", "--checkpoint", "part.pt"], "layer3.0.conv1.weight"),
                (["vgg11", "o.ts", "--checkpoint", "small.pt"], "classifier.6.weight is missing"),
                (["resnet18", "o.ts", "--checkpoint", "wrapped.pt"],
                 "torch.save(model._orig_mod.state_dict(), FILE)"),
                (["resnet18", "o.ts", "--checkpoint", "small.pt", "--classes", "two.txt"],
                 "2 classes were given, but the network has 3"),
                (["resnet18", "no/o.ts", "--random", 1], "cannot write no/o.ts"),
                (["resnet18", "o.ts"], "required"),
                (["lenet", "o.ts", "--random", 1], "invalid choice")):
            code, said = self.export(*arguments)
            self.assertNotEqual(code, 0, arguments)
            self.assertIn(says, said)
            self.assertNotIn("Traceback", said)
        self.assertFalse((self.folder / "ran").exists())
        self.assertFalse((self.folder / "o.ts").exists())

    def test_without_names_classes_are_numbers(self):
        torch.save(torchvision.models.resnet18(num_classes=3).state_dict(), self.folder / "w.pt")
        _, manifest = self.exported("--checkpoint", "w.pt")
        self.assertEqual(manifest["classes"], ["0", "1", "2"])

    def test_layers_of_alexnet_and_vgg_are_those_of_the_eager_models(self):
        for name, wanted in (("alexnet", ALEXNET), ("vgg11", VGG11)):
            eager = getattr(torchvision.models, name)(num_classes=4).eval()
            for module in eager.modules():
                if isinstance(module, torch.nn.ReLU):
                    module.inplace = False  # a hook would see what comes later
            seen = outputs_of(eager, wanted, normalised(self.x, MEAN, STD))
            model = export_model.LayeredModel(name, eager, MEAN, STD)
            self.assertEqual(model.layers, list(wanted))
            for layer, output in seen.items():
                torch.testing.assert_close(getattr(model, layer)(self.x), output, msg=layer)


unittest.main()
