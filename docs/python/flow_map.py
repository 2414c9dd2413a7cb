"""Samples a flow map that Pathline exported, jump by jump: a network of two times on diffusers' UNet2DModel or
DiTTransformer2DModel.

    python flow_map.py DIR --steps 2 --label 8 --count 4 --out samples.npy

DIR is what `./pathline export MODEL DIR` wrote. It needs torch, numpy, safetensors, and a diffusers that has
FlowMapEulerDiscreteScheduler (0.40). As a module:

    network = FlowMapNetwork.from_pretrained(DIR)
    scheduler = FlowMapEulerDiscreteScheduler.from_pretrained(DIR, subfolder="scheduler")
    samples = sample(network, scheduler, noise, num_inference_steps=2)
"""

import argparse
import contextlib
import inspect
import json
import pathlib

import numpy
import torch
from diffusers import DiTTransformer2DModel, FlowMapEulerDiscreteScheduler, UNet2DModel
from diffusers.models.embeddings import TimestepEmbedding, Timesteps
from safetensors.torch import load_file

WEIGHTS = "diffusion_pytorch_model.safetensors"
SECOND = ("time_embedding_r", "timestep_embedder_r")  # of the U-Net and of the transformer


class LowFrequency(torch.nn.Module):
    """sin(w t), cos(w t) for times from 0 to 1, w falling from the largest frequency to 1 radian in equal ratios."""

    def __init__(self, width, max_frequency, scale=1.0):
        super().__init__()
        half = width // 2
        exponents = torch.linspace(1, 0, half, dtype=torch.float64) if half > 1 else torch.zeros(half)
        self.frequencies = (scale * float(max_frequency) ** exponents).float()
        self.odd = width % 2

    def forward(self, times):
        angles = times.float()[:, None] * self.frequencies.to(times.device)
        return torch.nn.functional.pad(torch.cat([angles.sin(), angles.cos()], dim=-1), (0, self.odd))


class FlowMapNetwork(torch.nn.Module):
    """UNet2DModel or DiTTransformer2DModel with a second time, whose embedding is added to the first's."""

    def __init__(self, config):
        super().__init__()
        if config.get("deltatime_type") not in ("r", "t-r"):
            raise ValueError("config.json does not say what the second time is (deltatime_type, r or t-r): export the"
                             " model with ./pathline export")
        if config.get("target_embedding_type") is None:
            raise ValueError("config.json has no target_embedding_type: the network has one time, and diffusers loads it")
        self.config = config
        kind = UNet2DModel if config["_class_name"] == "UNet2DModel" else DiTTransformer2DModel
        known = inspect.signature(kind.__init__).parameters
        plain = {key: value for key, value in config.items() if key in known}
        low = config.get("time_embedding_type") == "low_frequency"
        if low and kind is UNet2DModel:
            plain["time_embedding_type"] = "positional"
        self.network = kind(**plain)
        if kind is UNet2DModel:
            width = self.network.config.block_out_channels[0]
            embedding_width = self.network.config.time_embedding_dim or 4 * width
            positional = (width, config.get("flip_sin_to_cos", True), config.get("freq_shift", 0))
            owners, self.embeddings = [self.network], [self.network.time_embedding]
            self.time_embedding_r = TimestepEmbedding(width, embedding_width)
        else:
            width, embedding_width, positional = 256, self.network.inner_dim, (256, True, 1)
            owners = self.embeddings = [block.norm1.emb for block in self.network.transformer_blocks]
            self.timestep_embedder_r = TimestepEmbedding(width, embedding_width)
        largest = config.get("time_embedding_max_frequency", 25.0)
        frequencies = LowFrequency(width, largest)
        if low:
            for owner in owners:
                owner.time_proj = frequencies
        self.target_proj = Timesteps(*positional)
        if config["target_embedding_type"] == "low_frequency":
            self.target_proj = LowFrequency(width, largest, config.get("target_embedding_scale", 1.0))

    @classmethod
    def from_pretrained(cls, folder):
        """Loads config.json and the weights, as they are stored, into float32."""
        folder = pathlib.Path(folder) / ("unet" if (pathlib.Path(folder) / "unet").exists() else "transformer")
        network = cls(json.loads((folder / "config.json").read_text()))
        weights = {name: value.float() for name, value in load_file(folder / WEIGHTS).items()}
        network.load_state_dict({name if name.startswith(SECOND) else f"network.{name}": value
                                 for name, value in weights.items()})
        return network.eval()

    def forward(self, sample, timestep, r_timestep, class_labels=None):
        """The average velocity from timestep to r_timestep, both in the scheduler's units; numbers, or one a row."""
        timestep, r_timestep = (torch.as_tensor(time, dtype=torch.float32, device=sample.device).expand(len(sample))
                                for time in (timestep, r_timestep))
        second = r_timestep if self.config["deltatime_type"] == "r" else timestep - r_timestep
        embedder = getattr(self, SECOND[0], None) or getattr(self, SECOND[1])
        added = embedder(self.target_proj(second))
        with contextlib.ExitStack() as stack:
            for embedding in self.embeddings:
                stack.callback(embedding.register_forward_hook(lambda module, inputs, output: output + added).remove)
            return self.network(sample, timestep, class_labels=class_labels, return_dict=False)[0]


@torch.no_grad()
def sample(network, scheduler, noise, num_inference_steps=None, class_labels=None, timesteps=None):
    """Jumps from noise to data: one evaluation a step.

    noise: [N, channels, height, width], unit Gaussian. timesteps: where the jumps begin, in place of a number of them.
    """
    scheduler.set_timesteps(num_inference_steps, device=noise.device, timesteps=timesteps)
    for i, t in enumerate(scheduler.timesteps):
        r = scheduler.sigmas[i + 1] * scheduler.config.num_train_timesteps
        noise = scheduler.step(network(noise, t, r, class_labels), t, noise, return_dict=False)[0]
    return noise


def main():
    parser = argparse.ArgumentParser(description="Samples a flow map that pathline export wrote.")
    parser.add_argument("folder")
    parser.add_argument("--steps", type=int, default=1, help="the number of jumps")
    parser.add_argument("--count", type=int, default=4)
    parser.add_argument("--label", type=int, action="append", help="a class's index; once, or once a sample")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--noise", help="an .npy file [count, channels, height, width] in place of count and seed")
    parser.add_argument("--out", default="samples.npy")
    given = parser.parse_args()

    network = FlowMapNetwork.from_pretrained(given.folder)
    scheduler = FlowMapEulerDiscreteScheduler.from_pretrained(given.folder, subfolder="scheduler")
    if given.noise:
        noise = torch.from_numpy(numpy.load(given.noise)).float()
    else:
        size = network.network.config.sample_size
        height, width = (size, size) if isinstance(size, int) else size
        noise = torch.randn(given.count, network.network.config.in_channels, height, width,
                            generator=torch.Generator().manual_seed(given.seed))
    labels = None
    if given.label:
        labels = torch.tensor(given.label * len(noise) if len(given.label) == 1 else given.label)
    samples = sample(network, scheduler, noise, given.steps, labels)
    numpy.save(given.out, samples.numpy())
    print(f"{given.out}: {' x '.join(map(str, samples.shape))}, from {samples.min():.3f} to {samples.max():.3f}")


if __name__ == "__main__":
    main()
