"""Writes checkpoints in Python, imports and exports them, and compares what Python computes before and after.

Run it in an environment with torch and diffusers, from the top of the repository, when ./pathline is built:
    python engine/src/test/python/check_round_trip.py
It prints the largest difference of each, which is 0, and fails where it is not.
"""

import pathlib
import subprocess
import sys
import tempfile

import torch
from diffusers import (CMStochasticIterativeScheduler, ConsistencyModelPipeline, DDIMPipeline, DDIMScheduler, DDPMPipeline,
                       DDPMScheduler, DiffusionPipeline, EulerDiscreteScheduler, UNet2DModel)

NETWORK = {"sample_size": 16, "block_out_channels": (32, 64), "layers_per_block": 1, "norm_num_groups": 8,
           "down_block_types": ("DownBlock2D", "AttnDownBlock2D"), "up_block_types": ("AttnUpBlock2D", "UpBlock2D")}

# name, pipeline, scheduler, settings of the network, type, how it is saved, options of the import
CASES = [
    ("ddpm", DDPMPipeline, DDPMScheduler(), {}, torch.float32, {}, []),
    ("ddim-half", DDIMPipeline, DDIMScheduler(beta_schedule="scaled_linear"), {}, torch.float16, {}, []),
    ("ddpm-variant", DDPMPipeline, DDPMScheduler(), {}, torch.bfloat16, {"variant": "bf16"}, []),
    ("consistency", ConsistencyModelPipeline, CMStochasticIterativeScheduler(), {"num_class_embeds": 10},
     torch.float32, {"max_shard_size": "500KB"}, []),
    ("euler", ConsistencyModelPipeline, EulerDiscreteScheduler(), {}, torch.float32, {}, []),
]


def pathline(*arguments):
    done = subprocess.run(["./pathline", *map(str, arguments)], capture_output=True, text=True)
    sys.stdout.write(done.stdout)
    if done.returncode:
        sys.exit(f"pathline {arguments[0]} failed: {done.stderr}")


@torch.no_grad()
def output(pipeline):
    """What the network and, from the same noise, the whole pipeline compute."""
    model = pipeline.unet.to(torch.float32).eval()
    x = torch.randn(2, 3, 16, 16, generator=torch.Generator().manual_seed(1))
    labels = None if model.config.num_class_embeds is None else torch.tensor([3, 7])
    network = model(x, torch.tensor([5.0, 700.0]), class_labels=labels).sample
    more = {} if labels is None else {"class_labels": [3, 7]}
    images = pipeline(batch_size=2, num_inference_steps=2, generator=torch.Generator().manual_seed(2),
                      output_type="np", **more).images
    return network, torch.tensor(images)


with tempfile.TemporaryDirectory() as scratch:
    folder = pathlib.Path(scratch)
    for name, kind, scheduler, settings, dtype, saving, options in CASES:
        torch.manual_seed(0)
        before = kind(unet=UNet2DModel(**{**NETWORK, **settings}).to(dtype), scheduler=scheduler)
        before.set_progress_bar_config(disable=True)
        before.save_pretrained(folder / name, **saving)
        pathline("import", folder / name, "--name", name, "--models", folder / "models", *options)
        pathline("export", name, folder / f"{name}-back", "--models", folder / "models")
        after = DiffusionPipeline.from_pretrained(folder / f"{name}-back", torch_dtype=dtype)
        after.set_progress_bar_config(disable=True)
        assert type(after) is kind and type(after.scheduler) is type(scheduler), (type(after), type(after.scheduler))
        assert dict(after.scheduler.config) == dict(DiffusionPipeline.from_pretrained(
            folder / name, **{k: v for k, v in saving.items() if k == "variant"}).scheduler.config)
        old, new = before.unet.state_dict(), after.unet.state_dict()
        assert old.keys() == new.keys() and all(old[k].dtype == new[k].dtype and torch.equal(old[k], new[k]) for k in old)
        difference = max((a - b).abs().max().item() for a, b in zip(output(before), output(after)))
        print(f"{name}: largest difference {difference}")
        if difference != 0:
            sys.exit(1)
