"""The Python side of benchmarks/peers-training: makes steps of training of a diffusers UNet2DModel, one batch again and again.

Usage: training_peer.py UNET_FOLDER SETTING BATCH THREADS DUMP

SETTING is 'f32', as the training examples of diffusers have it without options: float32, AdamW, diffusers' EMAModel,
clip_grad_norm_; or with '-tuned': AdamW(fused=True) and a moving average by torch's list operators, after 'bf16' under
autocast, after '-cl' in channels-last memory. Writes the losses of the first steps to DUMP, as float32 bytes, prints
'ready', and then, for each line with a number n, makes n steps and prints the milliseconds of one.
"""

import os
import sys
import time

folder, setting, batch, threads, dump = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
os.environ["OMP_NUM_THREADS"] = str(threads)

import torch  # noqa: E402  (after the thread count)
from diffusers import UNet2DModel  # noqa: E402
from diffusers.training_utils import EMAModel  # noqa: E402

CHECKED = 3
DECAY = 0.9999

torch.set_num_threads(threads)
tuned = setting.endswith("-tuned")
autocast = setting.startswith("bf16")
layout = torch.channels_last if "-cl" in setting else torch.contiguous_format

model = UNet2DModel.from_pretrained(folder, low_cpu_mem_usage=False).train().to(memory_format=layout)
parameters = list(model.parameters())
optimizer = torch.optim.AdamW(parameters, lr=1e-4, weight_decay=0.01, **({"fused": True} if tuned else {}))
average = [p.detach().clone() for p in parameters] if tuned else EMAModel(parameters, decay=DECAY)

size = model.config.sample_size
numbers = torch.arange(batch * size * size, dtype=torch.float64)
shape = (batch, 1, size, size)
data = torch.sin(numbers * 0.37).to(torch.float32).reshape(shape).to(memory_format=layout)
noise = (2**0.5 * torch.sin(numbers * 12.9898)).to(torch.float32).reshape(shape).to(memory_format=layout)
times = (0.05 + 0.37 * torch.arange(batch, dtype=torch.float64)) % 1
t = times.to(torch.float32).reshape(-1, 1, 1, 1)
labels = torch.arange(batch) % model.config.num_class_embeds


def step():
    noisy = (1 - t) * data + t * noise
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=autocast):
        out = model(noisy, (1000 * times).to(torch.float32), class_labels=labels, return_dict=False)[0]
    loss = torch.nn.functional.mse_loss(out.float(), noise - data)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(parameters, 1.0)
    optimizer.step()
    optimizer.zero_grad()
    if tuned:
        with torch.no_grad():
            torch._foreach_lerp_(average, parameters, 1 - DECAY)
    else:
        average.step(parameters)
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
