#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""One loss-and-gradient evaluation of the published modulation layer (2 s at 20 kHz, 211 channels, 111
filters): a straightforward implementation in PyTorch against ours (sound_model_benchmark), same sound,
same number of threads, same run, in turns.

The implementation is what one writes in Python, and what the published code does: every channel's
spectrum padded and transformed back whole, its envelope down-sampled by a strided convolution; every
modulation filter's product with the whole two-dimensional spectrum transformed back; the loss and its
gradient by autograd. Both losses must agree, or the comparison is refused.

  tests/benchmarks/cochlea_loop.py build/default/tests/benchmarks/sound_model_benchmark [ROUNDS]
"""
import os
import statistics
import subprocess
import sys
import time

import numpy as np
import torch

SAMPLES, RATE, FRAMES, CHANNELS = 40000, 20000, 390, 211
TEMPORAL = [0, 0.5, 1, 2, 4, 8, 16, 32, 64]
SPECTRAL = [0, 0.0625, 0.125, 0.25, 0.5, 1, 2]


def erb(hz):
    return 9.265 * np.log(1 + hz / (24.7 * 9.265))


def cochlear_filters():
    low, high = erb(50), erb(10000)
    spacing = (high - low) / 204
    bins = erb(np.arange(SAMPLES // 2 + 1) * RATE / SAMPLES)
    centres = low + spacing * np.arange(1, 204)
    away = (bins - centres[:, None]) / (8 * spacing)
    band = np.where(np.abs(away) < 0.5, np.cos(np.pi * away), 0)
    lows = [np.where(bins < centres[i], np.sqrt(1 - band[i] ** 2), 0) for i in range(4)]
    highs = [np.where(bins > centres[-1 - i], np.sqrt(1 - band[-1 - i] ** 2), 0) for i in (3, 2, 1, 0)]
    return np.concatenate([lows, band, highs]) / 2


def temporal_filter(rate):
    size = 3 * FRAMES
    if rate == 0:
        return np.eye(1, size)[0]
    t = np.arange(FRAMES) / 200 * rate
    h = np.sin(2 * np.pi * t) * t ** 2 * np.exp(-3.5 * t)
    response = np.fft.fft(h - h.mean(), size)
    gain = np.abs(response) / np.abs(response).max()
    if rate == TEMPORAL[-1]:
        peak = gain[:size // 2 + 1].argmax()
        gain[peak:size - peak + 1] = 1
    return gain * np.exp(1j * np.angle(response))


def spectral_filter(rate):
    size = 2 * CHANNELS
    if rate == 0:
        return np.eye(1, size)[0]
    ratio = (6 * np.abs(np.fft.fftfreq(size)) / rate) ** 2
    gain = ratio * np.exp(-ratio)
    gain /= gain.max()
    if rate == SPECTRAL[-1]:
        gain[6 * np.abs(np.fft.fftfreq(size)) >= rate * np.sqrt(ratio[gain.argmax()])] = 1
    return gain


def modulation_filters():
    def sign(size):
        signs = np.sign(np.fft.fftfreq(size))
        signs[size // 2] = 0
        return signs
    quadrant = np.outer(sign(2 * CHANNELS), sign(3 * FRAMES))
    bank = []
    for direction in (-1, 1):
        for s in SPECTRAL:
            for t in TEMPORAL:
                if direction == 1 and (s == 0 or t == 0):
                    continue
                transfer = np.outer(spectral_filter(s), temporal_filter(t))
                transfer[quadrant == (-direction if t else -1)] = 0
                bank.append(transfer)
    return np.array(bank)


class Cochleagram(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("filters", torch.tensor(cochlear_filters(), dtype=torch.float32))
        taps = np.kaiser(1001, 5) * np.sinc(np.arange(-500.5, 500) / 100) / 100
        self.register_buffer("taps", torch.tensor(taps, dtype=torch.float32).view(1, 1, -1))

    def forward(self, sound):
        subbands = torch.fft.rfft(sound).unsqueeze(1) * self.filters
        analytic = torch.fft.ifft(torch.nn.functional.pad(subbands, (0, SAMPLES // 2 - 1)))
        envelopes = (analytic.real ** 2 + analytic.imag ** 2).clamp(min=1e-16).sqrt()
        down = torch.nn.functional.conv1d(envelopes.view(-1, 1, SAMPLES), self.taps, stride=100)
        return (torch.relu(down.view(-1, CHANNELS, FRAMES)) + 1e-8) ** 0.3


class Modulation(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("filters", torch.tensor(modulation_filters(), dtype=torch.complex64))

    def forward(self, cochleagram):
        padded = torch.nn.functional.pad(100 * cochleagram, (0, 2 * FRAMES, 0, CHANNELS))
        outputs = torch.fft.ifft2(torch.fft.fft2(padded).unsqueeze(1) * self.filters)
        return outputs[:, :, :CHANNELS, :FRAMES].real.square().clamp(min=1e-8)


def sounds():
    """The original and the one being made: formulas that the C++ program has as well."""
    t = torch.arange(SAMPLES, dtype=torch.float64) / RATE
    original = 0.1 * torch.sin(2 * np.pi * 440 * t) * (1 + 0.8 * torch.sin(2 * np.pi * 4 * t))
    state, noise = 777, []
    for _ in range(SAMPLES):
        state = (1664525 * state + 1013904223) % 2 ** 32
        noise.append(state / 2 ** 32 - 0.5)
    noise = 0.2 * torch.tensor(noise, dtype=torch.float64)
    return (original + 0.1 * noise).float()[None], noise.float()[None]


def main():
    program = sys.argv[1]
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    threads = len(os.sched_getaffinity(0))
    torch.set_num_threads(threads)
    network = torch.nn.Sequential(Cochleagram(), Modulation())
    original, candidate = sounds()
    with torch.no_grad():
        target = network(original)

    def evaluate():
        begin = time.perf_counter()
        x = candidate.clone().requires_grad_()
        loss = (network(x) - target).norm() / target.norm()
        (gradient,) = torch.autograd.grad(loss, [x])
        return time.perf_counter() - begin, loss.item(), gradient.norm().item()

    evaluate()  # warm
    python, ours = [], []
    for _ in range(rounds):
        seconds, loss, slope = evaluate()
        python.append(seconds)
        seconds, our_loss, our_slope = map(float, subprocess.run(
            [program, "--threads", str(threads)], check=True, capture_output=True, text=True).stdout.split())
        ours.append(seconds)
        assert abs(our_loss / loss - 1) < 1e-3, f"not the same model: {our_loss} and {loss}"
        assert abs(our_slope / slope - 1) < 1e-2, f"not the same gradient: {our_slope} and {slope}"
        print(f"PyTorch {python[-1]:.2f} s, ours {ours[-1]:.2f} s, {python[-1] / ours[-1]:.1f} times", flush=True)
    python, ours = statistics.median(python), statistics.median(ours)
    print(f"median of {rounds}: PyTorch {python:.2f} s, ours {ours:.2f} s, {python / ours:.1f} times; {threads} threads")


if __name__ == "__main__":
    main()
