"""Records what diffusers' UNet2DModel computes with the starter model's weights, for DiffusersParityTest.

Run it in an environment with torch and diffusers, from the top of the repository:
    python integration-tests/src/test/python/record_unet.py
"""

import json
import math

import torch
from diffusers import UNet2DModel

TIMES = [0.0, 10.0, 300.5, 999.0]
LABELS = [0, 7, 10, 9]

model = UNet2DModel.from_pretrained("models/fashion-flow/1/unet", torch_dtype=torch.float32).eval()
count = len(TIMES)
x = torch.tensor([math.sin(0.37 * i) for i in range(count * 784)], dtype=torch.float32).reshape(count, 1, 28, 28)
with torch.no_grad():
    y = model(x, torch.tensor(TIMES), class_labels=torch.tensor(LABELS)).sample
record = {"times": TIMES, "labels": LABELS, "output": [round(v, 6) for v in y.flatten().tolist()]}
with open("integration-tests/src/test/resources/diffusers/fashion-flow.json", "w") as file:
    json.dump(record, file)
print("parameters", sum(p.numel() for p in model.parameters()), "largest output", y.abs().max().item())
