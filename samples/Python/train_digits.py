#!/usr/bin/python3
"""Trains a small network of PyTorch on handwritten digits (8 × 8 pixels, samples/data/digits.csv.gz), a fifth of which it never sees.

    dotnet build -c Release native-interop/capi
    python3 samples/Python/train_digits.py
"""

import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "native-interop" / "capi" / "python"))  # a program of yours keeps pescador_fast.py, or its folder, where it likes

import pescador_fast

try:
    import torch
    from torch import nn
except ImportError:
    sys.exit("This sample needs PyTorch; install it: apt-get install python3-torch")

EPOCHS = 12

# <stream>
def digits(part, epoch=0):
    """One pass over a part of the digits, in another order each epoch. A fifth of the rows is held out, the same at every call."""
    return pescador_fast.open(
        ROOT / "samples" / "data" / "digits.csv.gz", csv_label=-1, held_out=0.2, part=part,
        batch=64, mux={"mode": "exhaustive"}, seed=1, epoch=epoch, budget="4MB",
    )
# </stream>


def network():
    """Sees each digit as a picture of one channel."""
    return nn.Sequential(
        nn.Unflatten(1, (1, 8, 8)),
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.Flatten(),
        nn.Linear(512, 10),
    )


# <accuracy>
def accuracy(model):
    right = total = 0
    with digits("held_out") as stream, torch.no_grad():
        for batch in stream:
            x, y = batch["X"].torch(), batch["Y"].torch()
            right += int((model(x / 16).argmax(1) == y).sum())
            total += len(y)
    return right / total
# </accuracy>


def main():
    torch.manual_seed(1)
    torch.set_num_threads(1)  # the network is too small for more
    model = network()
    # <train>
    optimiser = torch.optim.Adam(model.parameters(), lr=2e-3)
    for epoch in range(EPOCHS):
        with digits("training", epoch) as stream:
            for batch in stream:
                x, y = batch["X"].torch(), batch["Y"].torch()   # the batch's own memory
                loss = nn.functional.cross_entropy(model(x / 16), y)
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
            peak = stream.counters()["budget_peak"]
        print(f"epoch {epoch + 1}: accuracy {accuracy(model):.3f} on digits that were held out; {peak:,} bytes held at most")
    # </train>


if __name__ == "__main__":
    main()
