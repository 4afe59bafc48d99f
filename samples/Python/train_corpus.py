#!/usr/bin/python3
"""Trains a linear classifier of PyTorch on a corpus that need not fit into memory: the one that the command writes,

    dotnet run -c Release --project src/Pescador.Fast.Cli -- demo --folder corpus
    dotnet build -c Release native-interop/capi
    python3 samples/Python/train_corpus.py corpus

It is many files, each with most rows of one class, features in units and with offsets that differ by orders of magnitude; 0.964 is the best there can be.
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

EPOCHS = 2
MEASURED_BATCHES = 200  # some 25,000 rows tell mean and deviation well enough


# <stream>
def corpus(folder, part, active, epoch=0):
    """One pass over a part of the files, some of them open at a time and a batch mixed of all of these. A tenth of each file's rows is held out."""
    return pescador_fast.open(
        folder, held_out=0.1, part=part, batch=128,
        mux={"mode": "exhaustive", "active": active}, seed=1, epoch=epoch, budget="64MB", prefetch=4,
    )
# </stream>


# <measure>
def measure(stream):
    """Mean and deviation of each feature, from the first batches."""
    count, total, squares, shift = 0, 0.0, 0.0, None
    for number, batch in enumerate(stream):
        x = batch["X"].torch().double()
        shift = x.mean(0) if shift is None else shift     # so that squares do not drown in the offsets
        count, total, squares = count + len(x), total + (x - shift).sum(0), squares + ((x - shift) ** 2).sum(0)
        if number + 1 == MEASURED_BATCHES:
            break
    mean = total / count
    return (shift + mean).float(), (squares / count - mean ** 2).sqrt().clamp_min(1e-12).float()
# </measure>


def main(folder):
    files = len(list(pathlib.Path(folder).glob("*.X.npy")))
    if files == 0:
        sys.exit(f"'{folder}' has no files *.X.npy; write them: dotnet run -c Release --project src/Pescador.Fast.Cli -- demo --folder {folder}")
    active = min(64, files)
    torch.manual_seed(1)
    with corpus(folder, "training", active) as stream:
        mean, deviation = measure(stream)

    classes = 8
    model = nn.Linear(len(mean), classes)
    # <train>
    optimiser = torch.optim.Adam(model.parameters(), lr=5e-3)
    for epoch in range(EPOCHS):
        with corpus(folder, "training", active, epoch) as stream:
            for batch in stream:
                x, y = batch["X"].torch(), batch["Y"].torch()   # the batch's own memory
                loss = nn.functional.cross_entropy(model((x - mean) / deviation), y.long())
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
            counters = stream.counters()
        print(f"epoch {epoch + 1}: {counters['samples']:,} rows, loss {loss.item():.3f}; "
              f"{counters['budget_peak']:,} of {counters['budget_limit']:,} bytes held at most. {counters['explanation']}")
    # </train>

    right = total = 0
    with corpus(folder, "held_out", active) as stream, torch.no_grad():
        for batch in stream:
            y = batch["Y"].torch()
            right += int((model((batch["X"].torch() - mean) / deviation).argmax(1) == y).sum())
            total += len(y)
    print(f"accuracy {right / total:.3f} on {total:,} rows that were held out")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: train_corpus.py FOLDER")
    try:
        main(sys.argv[1])
    except pescador_fast.PescadorError as error:
        sys.exit(str(error))
