"""What the recording scripts have in common: weights and noise from a formula that Java computes too (Formula.java), and a
sampling loop over a network and a scheduler of diffusers."""

import importlib
import math

import numpy
import torch

GOLDEN = numpy.uint64(0x9E3779B97F4A7C15)
SAMPLES = 2


def uniform(name, count):
    """Numbers in [0, 1): splitmix64 of the FNV-1a hash of the name, plus the index."""
    seed = 0xCBF29CE484222325
    for byte in name.encode():
        seed = ((seed ^ byte) * 0x100000001B3) % (1 << 64)
    with numpy.errstate(over="ignore"):
        z = numpy.uint64(seed) + numpy.arange(1, count + 1, dtype=numpy.uint64) * GOLDEN
        z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
        z = z ^ (z >> numpy.uint64(31))
    return (z >> numpy.uint64(11)).astype(numpy.float64) * 2.0 ** -53


def weights(model):
    for name, parameter in model.named_parameters():
        value = 2 * uniform(name, parameter.numel()) - 1
        if parameter.dim() > 1:
            value *= math.sqrt(3 / (parameter.numel() / parameter.shape[0]))
        else:
            value = value / 10 + ("norm" in name and name.endswith("weight"))
        parameter.data = torch.tensor(value, dtype=torch.float32).reshape(parameter.shape)


def noise(draw, shape):
    size = math.prod(shape[1:])
    samples = []
    for sample in range(shape[0]):
        u = uniform(f"{draw}/{sample}", 2 * size)
        samples.append(numpy.sqrt(-2 * numpy.log(1 - u[:size])) * numpy.cos(2 * math.pi * u[size:]))
    return torch.tensor(numpy.stack(samples), dtype=torch.float32).reshape(shape)


@torch.no_grad()
def run(model, scheduler, steps, labels):
    module = importlib.import_module(type(scheduler).__module__)
    shape = (SAMPLES, model.config.in_channels, model.config.sample_size, model.config.sample_size)
    labels = None if labels is None else torch.tensor(labels)
    scheduler.set_timesteps(steps)
    # Flow matching has neither: its samples start as the noise, and go into the network as they are.
    start = getattr(scheduler, "init_noise_sigma", 1.0)
    scaled = getattr(scheduler, "scale_model_input", lambda x, t: x)
    sample = noise("initial", shape) * start
    position = {"step": 0, "times": []}
    module.randn_tensor = lambda wanted, **_: noise(f"step{position['step']}", tuple(wanted))
    first = None
    for t in scheduler.timesteps:
        x = scaled(sample, t)
        first = x.std().item() / noise("initial", shape).std().item() if first is None else first
        # A transformer wants a time a sample; the second half of its output is a learned variance.
        output = model(x, t.expand(shape[0]), class_labels=labels).sample[:, :shape[1]]
        sample = scheduler.step(output, t, sample).prev_sample
        if t not in position["times"]:
            position["times"].append(t)
            position["step"] += 1
    return sample, first
