"""Trains a perceptron on pairs of .npy files through PyTorch's DataLoader, an epoch for each line on standard input.

Arguments: folder, files' rows, hidden units, batch size, learning rate, workers, threads.
Standard input: "model" makes the model anew, "epoch" trains it for an epoch. Ends with standard input.
Standard output: PyTorch's version; "ready" for each model; samples, seconds and the last batch's loss for each epoch.
"""

import glob
import sys
import time

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Rows(Dataset):
    """Rows of mapped files. As plain arrays: a row of a numpy.memmap is a numpy.memmap again, which takes three times as long to make."""

    def __init__(self, folder, rows_per_file):
        self.rows_per_file = rows_per_file
        self.features = [self.map(path) for path in sorted(glob.glob(f"{folder}/*.X.npy"))]
        self.labels = [self.map(path) for path in sorted(glob.glob(f"{folder}/*.Y.npy"))]

    @staticmethod
    def map(path):
        return np.asarray(np.load(path, mmap_mode="c"))

    def __len__(self):
        return len(self.features) * self.rows_per_file

    def __getitem__(self, index):
        file, row = divmod(index, self.rows_per_file)
        return torch.from_numpy(self.features[file][row]), int(self.labels[file][row])


def make_model(hidden, learning_rate):
    model = nn.Sequential(nn.Linear(128, hidden), nn.ReLU(), nn.Linear(hidden, 10))
    return model, torch.optim.SGD(model.parameters(), lr=learning_rate)


def train_epoch(loader, model, optimizer):
    samples = 0
    start = time.perf_counter()
    for features, labels in loader:
        optimizer.zero_grad(set_to_none=True)
        loss = nn.functional.cross_entropy(model(features), labels)
        loss.backward()
        optimizer.step()
        samples += len(labels)
    return samples, time.perf_counter() - start, loss.item()


def main():
    folder, rows_per_file, hidden, batch_size, learning_rate, workers, threads = sys.argv[1:]
    torch.set_num_threads(int(threads))
    torch.manual_seed(1)
    loader = DataLoader(
        Rows(folder, int(rows_per_file)),
        batch_size=int(batch_size),
        shuffle=True,
        drop_last=True,
        num_workers=int(workers),
        persistent_workers=int(workers) > 0,
    )
    print(torch.__version__, flush=True)
    for line in sys.stdin:
        if line == "model\n":
            model, optimizer = make_model(int(hidden), float(learning_rate))
            print("ready", flush=True)
        else:
            print(*train_epoch(loader, model, optimizer), flush=True)


if __name__ == "__main__":
    main()
