"""Makes the checkpoints of this folder and expected.json, with PyTorch itself.

    /usr/bin/python3 make.py          Debian 12: apt-get install python3-torch (1.13.1)

expected.json has, for each network, an input and what the module answers to it.
"""
import json
from collections import OrderedDict

import torch
from torch import nn

torch.manual_seed(7)
expected = {}


def numbers(tensor):
    return tensor.detach().to(torch.float64).flatten().tolist()


class Classifier(nn.Module):
    """Symbols, two layers in two directions, classes of the last states."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(7, 5)
        self.lstm = nn.LSTM(5, 4, num_layers=2, bidirectional=True, batch_first=True)
        self.fc = nn.Linear(8, 3)

    def forward(self, symbols):
        _, (h, _) = self.lstm(self.embed(symbols))
        return self.fc(torch.cat([h[-2], h[-1]], dim=1)).softmax(1)


class Tagger(nn.Module):
    """Numbers at each step from numbers, one direction; prefixes as of DataParallel."""

    def __init__(self, kind=nn.GRU, bias=True, **more):
        super().__init__()
        self.rnn = kind(3, 4, bias=bias, batch_first=True, **more)
        self.head = nn.Linear(more.get("proj_size", 4), 2, bias=bias)

    def forward(self, x):
        return self.head(self.rnn(x)[0])


class Letters(nn.Module):
    """A language model."""

    def __init__(self):
        super().__init__()
        self.encoder = nn.Embedding(6, 4)
        self.rnn = nn.GRU(4, 5, num_layers=2)
        self.decoder = nn.Linear(5, 6)

    def forward(self, symbols):
        return self.decoder(self.rnn(self.encoder(symbols))[0]).softmax(-1)


class Cells(nn.Module):
    """Two cells by hand, one above the other."""

    def __init__(self):
        super().__init__()
        self.cells = nn.ModuleList([nn.LSTMCell(3, 4), nn.LSTMCell(4, 4)])
        self.out = nn.Linear(4, 1)

    def forward(self, x):
        h = [torch.zeros(1, 4)] * 2
        c = [torch.zeros(1, 4)] * 2
        for t in range(x.shape[1]):
            below = x[:, t]
            for l, cell in enumerate(self.cells):
                h[l], c[l] = cell(below, (h[l], c[l]))
                below = h[l]
        return self.out(below)


def record(name, module, x):
    expected[name] = {"input": x.flatten().tolist(), "output": numbers(module(x))}


symbols = torch.tensor([[3, 0, 6, 1, 1]])
steps = torch.sin(torch.arange(12.0).reshape(1, 4, 3))

classifier = Classifier()
record("classifier", classifier, symbols)
torch.save(classifier.state_dict(), "classifier.pt")
torch.jit.script(classifier).save("classifier.script.pt")
torch.save(classifier, "classifier.module.pt")

tagger = Tagger()
record("tagger", tagger, steps)
optimizer = torch.optim.Adam(tagger.parameters())
tagger(steps).sum().backward()
optimizer.step()
record("tagger", tagger, steps)
whole = {
    "epoch": 3,
    "model_state_dict": OrderedDict(("module." + k, v) for k, v in tagger.state_dict().items()),
    "optimizer": optimizer.state_dict(),
    "loss": 0.25,
    "args": {"lr": 1e-3, "names": ["a", "b"], "shape": (1, 2)},
}
torch.save(whole, "tagger.checkpoint.pth")
torch.save(whole, "tagger.legacy.pth", _use_new_zipfile_serialization=False)

for name, module in {
    "relu": Tagger(nn.RNN, nonlinearity="relu"),
    "tanh": Tagger(nn.RNN, bias=False),
    "projected": Tagger(nn.LSTM, proj_size=2),
}.items():
    record(name, module, steps)
    torch.save(module.state_dict(), name + ".pt")

letters = Letters()
record("letters", letters, torch.tensor([1, 5, 0, 2]))
torch.save(letters.state_dict(), "letters.pt")

cells = Cells()
record("cells", cells, steps)
torch.save(cells.state_dict(), "cells.pt")

# Views, shared storages and types.
base = torch.arange(24.0).reshape(4, 6)
values = OrderedDict(
    base=base,
    transposed=base.t(),
    part=base[1:3, 2:5],
    every_other=base[::2, ::3],
    one=base[2, 3],
    expanded=base[0, :1].expand(3, 2),
    empty=torch.zeros(0, 3),
    double=torch.tensor([0.1, -2.5e-30, 1e300], dtype=torch.float64),
    half=torch.tensor([0.1, -6e-8, 65504, float("inf"), -0.0], dtype=torch.float16),
    bfloat16=torch.tensor([0.1, -3e38, 1e-40], dtype=torch.bfloat16),
    int64=torch.tensor([-(2**40), 3]),
    int32=torch.tensor([-7, 2**31 - 1], dtype=torch.int32),
    int16=torch.tensor([-7, 300], dtype=torch.int16),
    int8=torch.tensor([-7, 100], dtype=torch.int8),
    uint8=torch.tensor([250, 3], dtype=torch.uint8),
    bool=torch.tensor([True, False]),
    parameter=nn.Parameter(torch.tensor([1.5])),
)
torch.save(values, "types.pt")
torch.save(values, "types.legacy.pt", _use_new_zipfile_serialization=False)
expected["types"] = {
    name: {"shape": list(v.shape), "values": [str(n) for n in numbers(v.to(torch.float32))]}
    for name, v in values.items()
}

with open("expected.json", "w") as out:
    json.dump(expected, out, indent=1)
