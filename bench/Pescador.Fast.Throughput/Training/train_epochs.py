"""Trains a perceptron on pairs of .npy files through PyTorch's DataLoader, an epoch for each line on standard input.

Arguments: folder, files' rows, hidden units, batch size, learning rate, "rows" or "batches" (what the dataset is asked for), workers, threads.
Standard input: "model" makes the model anew, "epoch" trains it for an epoch. Ends with standard input.
Standard output: PyTorch's version; "ready" for each model; samples, seconds and the last batch's loss for each epoch.
"""

import glob
import sys
import time

import numpy as np
import torch
from torch import nn
from torch.utils.data import BatchSampler, DataLoader, Dataset, RandomSampler


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


class Batches(Rows):
    """Whole batches at once, each gathered by indices: what the DataLoader leaves to who writes the dataset."""

    def __getitem__(self, indices):
        files, rows = np.divmod(np.asarray(indices), self.rows_per_file)
        features = np.empty((len(indices), *self.features[0].shape[1:]), np.float32)
        labels = np.empty(len(indices), np.int64)
        for file in np.unique(files):
            there = files == file
            features[there] = self.features[file][rows[there]]
            labels[there] = self.labels[file][rows[there]]
        return torch.from_numpy(features), torch.from_numpy(labels)


def make_loader(folder, rows_per_file, batch_size, asked_for, workers):
    keeping = {"num_workers": workers, "persistent_workers": workers > 0}
    if asked_for == "rows":
        return DataLoader(Rows(folder, rows_per_file), batch_size=batch_size, shuffle=True, drop_last=True, **keeping)
    batches = Batches(folder, rows_per_file)
    return DataLoader(batches, sampler=BatchSampler(RandomSampler(batches), batch_size, drop_last=True), batch_size=None, **keeping)


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
    folder, rows_per_file, hidden, batch_size, learning_rate, asked_for, workers, threads = sys.argv[1:]
    torch.set_num_threads(int(threads))
    torch.manual_seed(1)
    loader = make_loader(folder, int(rows_per_file), int(batch_size), asked_for, int(workers))
    print(torch.__version__, flush=True)
    for line in sys.stdin:
        if line == "model\n":
            model, optimizer = make_model(int(hidden), float(learning_rate))
            print("ready", flush=True)
        else:
            print(*train_epoch(loader, model, optimizer), flush=True)


if __name__ == "__main__":
    main()
