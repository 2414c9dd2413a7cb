"""The Python side of benchmarks/peers: evaluates a diffusers UNet2DModel whenever a line on the standard input asks for it.

Usage: unet_peer.py UNET_FOLDER SETTING BATCH THREADS [DUMP]

SETTING is a precision (f32 or bf16), '-cl' for channels-last memory, and '-compiled' for torch.compile with Inductor's
freezing. Prints 'ready' after a warm-up; then, for each line with a number n, runs n evaluations and prints the
milliseconds of one. With DUMP it first writes one output, as float32 bytes, for the comparison of results.
"""

import os
import sys
import time

folder, setting, batch, threads = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
os.environ["OMP_NUM_THREADS"] = str(threads)

import torch  # noqa: E402  (after the thread count)

compiled = setting.endswith("-compiled")
if compiled:
    import torch._inductor.config as inductor

    inductor.freezing = True

from diffusers import UNet2DModel  # noqa: E402

torch.set_num_threads(threads)
precision = torch.bfloat16 if setting.startswith("bf16") else torch.float32
layout = torch.channels_last if "-cl" in setting else torch.contiguous_format

model = UNet2DModel.from_pretrained(folder, torch_dtype=precision, low_cpu_mem_usage=False)
model = model.eval().to(memory_format=layout)
size = model.config.sample_size
elements = batch * model.config.in_channels * size * size
x = torch.sin(torch.arange(elements, dtype=torch.float64) * 0.37).to(torch.float32)
x = x.reshape(batch, model.config.in_channels, size, size).to(dtype=precision, memory_format=layout)
times = (torch.arange(batch, dtype=torch.float64) * 13.7 % 1000).to(torch.float32)
labels = torch.arange(batch) % model.config.num_class_embeds

function = torch.compile(model, dynamic=False) if compiled else model


def evaluate(n):
    out = None
    with torch.no_grad():
        for _ in range(n):
            out = function(x, times, class_labels=labels, return_dict=False)[0]
    return out


out = evaluate(3)
if len(sys.argv) > 5:
    with open(sys.argv[5], "wb") as file:
        file.write(out.to(torch.float32).contiguous().numpy().tobytes())
print("ready", flush=True)
for line in sys.stdin:
    n = int(line)
    begin = time.perf_counter()
    evaluate(n)
    print((time.perf_counter() - begin) * 1e3 / n, flush=True)
