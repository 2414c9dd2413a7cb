"""The Python side of benchmarks/peers-flow-maps: steps of training of a two-time UNet2DModel, one batch again and again.

Usage: flow_map_peer.py UNET_FOLDER SETTING BATCH THREADS DUMP

SETTING is OBJECTIVE-PRECISION-MODE: flow, mean or alpha; f32, or bf16 under autocast in channels-last memory; eager or
compiled, but for the derivatives of MeanFlow, which are eager and in float32. All have AdamW(fused=True) and a moving average by torch's list operators. MeanFlow takes its derivative by
torch.func.jvp on the first quarter of the rows, alpha-Flow its second evaluation on the first half. Writes the losses of
the first steps to DUMP, as float32 bytes, prints 'ready', and then, for each line with a number n, makes n steps and prints
the milliseconds of one.
"""

import os
import sys
import time

folder, setting, batch, threads, dump = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
objective, precision, mode = setting.split("-")
os.environ["OMP_NUM_THREADS"] = str(threads)

import json  # noqa: E402  (after the thread count)
import pathlib  # noqa: E402

import torch  # noqa: E402
from diffusers import UNet2DModel  # noqa: E402
from diffusers.models.embeddings import TimestepEmbedding  # noqa: E402
from safetensors.torch import load_file  # noqa: E402
from torch.nn.attention import SDPBackend, sdpa_kernel  # noqa: E402

CHECKED = 3
DECAY = 0.9999
ALPHA = 0.1

torch.set_num_threads(threads)
autocast = precision == "bf16"
layout = torch.channels_last if autocast else torch.contiguous_format


class BothTimes(torch.nn.Module):
    """Features of both times, [2, N], side by side."""

    def __init__(self, width, largest):
        super().__init__()
        half = width // 2
        self.frequencies = (largest ** torch.linspace(1, 0, half, dtype=torch.float64)).float()

    def forward(self, times):
        angles = times[:, :, None] * self.frequencies
        features = torch.cat([angles.sin(), angles.cos()], dim=-1)
        return torch.cat([features[0], features[1]], dim=-1)


class BothEmbeddings(torch.nn.Module):
    """The sum of the embeddings of both times."""

    def __init__(self, width, embedding, second):
        super().__init__()
        self.width, self.first, self.second = width, embedding, second

    def forward(self, features):
        return self.first(features[:, :self.width]) + self.second(features[:, self.width:])


class ContiguousGroupNorm(torch.nn.GroupNorm):
    """The norm's derivative in forward mode wants contiguous memory."""

    def forward(self, x):
        return super().forward(x.contiguous())


def load():
    config = json.loads((pathlib.Path(folder) / "config.json").read_text())
    known = {key: value for key, value in config.items() if not key.startswith(("_", "time_", "target_"))}
    model = UNet2DModel(**known)
    width = config["block_out_channels"][0]
    second = TimestepEmbedding(width, 4 * width)
    weights = load_file(pathlib.Path(folder) / "diffusion_pytorch_model.safetensors")
    second.load_state_dict({key.split(".", 1)[1]: value for key, value in weights.items()
                            if key.startswith("time_embedding_r.")})
    model.load_state_dict({key: value for key, value in weights.items() if not key.startswith("time_embedding_r.")})
    model.time_proj = BothTimes(width, config["time_embedding_max_frequency"])
    model.time_embedding = BothEmbeddings(width, model.time_embedding, second)
    for module in model.modules():
        if isinstance(module, torch.nn.GroupNorm):
            module.__class__ = ContiguousGroupNorm
    return model.train().to(memory_format=layout)


model = load()
parameters = list(model.parameters())
optimizer = torch.optim.AdamW(parameters, lr=1e-4, weight_decay=0.01, fused=True)
average = [p.detach().clone() for p in parameters]

size = model.config.sample_size
numbers = torch.arange(batch * size * size, dtype=torch.float64)
shape = (batch, 1, size, size)
data = torch.sin(numbers * 0.37).to(torch.float32).reshape(shape).to(memory_format=layout)
noise = (2**0.5 * torch.sin(numbers * 12.9898)).to(torch.float32).reshape(shape).to(memory_format=layout)
t = ((0.05 + 0.37 * torch.arange(batch, dtype=torch.float64)) % 1).to(torch.float32)
labels = torch.arange(batch) % model.config.num_class_embeds
share = {"flow": 0, "mean": batch // 4, "alpha": batch // 2}[objective]
r = torch.where(torch.arange(batch) < share, t / 2, t)
velocity = noise - data
point = (1 - t[:, None, None, None]) * data + t[:, None, None, None] * noise


def u(x, t, r, labels, low=autocast):
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=low):
        return model(x, torch.stack([t, r]), class_labels=labels, return_dict=False)[0].float()


# Neither autocast nor the compiler knows forward mode: derivatives are computed as they are written, in float32.
fast = torch.compile(u, dynamic=False) if mode == "compiled" else u


def target():
    if objective == "flow":
        return velocity
    x, v, first, second = point[:share], velocity[:share], t[:share], r[:share]
    gap = (first - second)[:, None, None, None]
    with torch.no_grad():
        if objective == "mean":
            # The fused attention has no derivative in forward mode.
            with sdpa_kernel(SDPBackend.MATH):
                _, derivative = torch.func.jvp(lambda x, t, r: u(x, t, r, labels[:share], False), (x, first, second),
                                               (v, torch.ones_like(first), torch.zeros_like(second)))
            jumps = v - gap * derivative
        else:
            later = fast(x - ALPHA * gap * v, first - ALPHA * (first - second), second, labels[:share])
            jumps = ALPHA * v + (1 - ALPHA) * later
    return torch.cat([jumps, velocity[share:]])


def losses():
    wanted = target()
    return torch.nn.functional.mse_loss(fast(point, t, r, labels), wanted)


def step():
    loss = losses()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(parameters, 1.0)
    optimizer.step()
    optimizer.zero_grad()
    with torch.no_grad():
        torch._foreach_lerp_(average, parameters, 1 - DECAY)
    return loss.item()


with open(dump, "wb") as file:
    file.write(torch.tensor([step() for _ in range(CHECKED)]).numpy().tobytes())
print("ready", flush=True)
for line in sys.stdin:
    n = int(line)
    begin = time.perf_counter()
    for _ in range(n):
        step()
    print((time.perf_counter() - begin) * 1e3 / n, flush=True)
