"""Records what diffusers makes of checkpoints that are laid out as published ones are, for PublishedLayoutsTest.

Each is written to a folder, moved about as the published one was, and loaded by DiffusionPipeline.from_pretrained: so what is
recorded is Python's own reading of it. Weights and noise come from a formula that the test computes too (Formula.java). Run it in
an environment with torch and diffusers, from the top of the repository:
    python engine/src/test/python/record_layouts.py
"""

import json
import pathlib
import tempfile

import diffusers
import torch
from diffusers import (AutoencoderKL, CMStochasticIterativeScheduler, ConsistencyModelPipeline, DDIMScheduler, DDPMPipeline,
                       DDPMScheduler, DiffusionPipeline, DiTPipeline, DiTTransformer2DModel, UNet2DModel)

from recording import run, weights

OUT = pathlib.Path("engine/src/test/resources/pipelines/layouts.json")

UNET = {"sample_size": 8, "in_channels": 2, "out_channels": 2, "block_out_channels": (8, 16), "layers_per_block": 1,
        "down_block_types": ("DownBlock2D", "AttnDownBlock2D"), "up_block_types": ("AttnUpBlock2D", "UpBlock2D"),
        "norm_num_groups": 4, "flip_sin_to_cos": False, "freq_shift": 1, "downsample_padding": 0, "norm_eps": 1e-6,
        "attention_head_dim": None}

DIT = {"num_attention_heads": 2, "attention_head_dim": 8, "in_channels": 4, "out_channels": 8, "num_layers": 2,
       "sample_size": 4, "num_embeds_ada_norm": 5}


def settings(folder, name, change):
    file = folder / name
    json_ = json.loads(file.read_text())
    change(json_)
    file.write_text(json.dumps(json_, indent=2, sort_keys=True) + "\n")


def without(*keys):
    return lambda json_: [json_.pop(key, None) for key in keys]


def into_root(folder, *parts):
    for part in parts:
        for file in sorted((folder / part).iterdir()):
            file.rename(folder / file.name)
        (folder / part).rmdir()


def cifar10(folder):
    """google/ddpm-cifar10-32: everything beside model_index.json, and the settings of diffusers 0.0.4."""
    into_root(folder, "unet", "scheduler")
    settings(folder, "config.json", without(
        "add_attention", "attn_norm_num_groups", "class_embed_type", "downsample_type", "dropout", "mid_block_type",
        "num_class_embeds", "num_train_timesteps", "resnet_time_scale_shift", "time_embedding_dim", "upsample_type"))
    settings(folder, "scheduler_config.json", without(
        "clip_sample_range", "dynamic_thresholding_ratio", "prediction_type", "rescale_betas_zero_snr",
        "sample_max_value", "steps_offset", "thresholding", "timestep_spacing"))


def old_blocks(folder):
    """The network in the root, the scheduler in a folder, and the blocks' names of summer 2022."""
    into_root(folder, "unet")
    settings(folder, "config.json", lambda json_: json_.update(
        down_block_types=["UNetRes" + name for name in json_["down_block_types"]],
        up_block_types=["UNetRes" + name for name in json_["up_block_types"]]))


def dit(folder):
    """facebook/DiT-XL-2-256: the class and the settings that the transformer had then."""
    settings(folder, "transformer/config.json", lambda json_: json_.update(
        _class_name="Transformer2DModel", _diffusers_version="0.12.0.dev0", cross_attention_dim=None,
        double_self_attention=False, num_vector_embeds=None, only_cross_attention=False, use_linear_projection=False))
    settings(folder, "model_index.json", lambda json_: json_.update(
        transformer=["diffusers", "Transformer2DModel"], id2label={str(i): f"thing {i}" for i in range(5)}))


def ddim_by_the_index(folder):
    settings(folder, "model_index.json", lambda json_: json_.update(
        _class_name="DDIMPipeline", scheduler=["diffusers", "DDIMScheduler"]))


def no_class(folder):
    settings(folder, "scheduler/scheduler_config.json", without("_class_name"))
    settings(folder, "unet/config.json", without("_class_name"))


def unet(scheduler, pipeline=DDPMPipeline):
    return lambda: pipeline(unet=UNet2DModel(**UNET), scheduler=scheduler)


def transformer():
    return DiTPipeline(transformer=DiTTransformer2DModel(**DIT), scheduler=DDIMScheduler(clip_sample=False),
                       vae=AutoencoderKL(block_out_channels=(4,), norm_num_groups=2))


# name, pipeline, what is moved about, steps, labels
CASES = [
    ("cifar10", unet(DDPMScheduler(variance_type="fixed_large")), cifar10, 25, None),
    ("old blocks", unet(DDPMScheduler()), old_blocks, 10, None),
    ("dit", transformer, dit, 10, [4, 0]),
    ("ddim by the index", unet(DDPMScheduler()), ddim_by_the_index, 10, None),
    ("no class", unet(DDPMScheduler(clip_sample=False)), no_class, 10, None),
    ("few indices", unet(DDPMScheduler(num_train_timesteps=20, clip_sample=False)), lambda folder: None, 20, None),
    ("all levels", unet(CMStochasticIterativeScheduler(clip_denoised=False), ConsistencyModelPipeline), lambda folder: None, 40, None),
]

record = {"source": f"diffusers {diffusers.__version__}, torch {torch.__version__}", "cases": []}
for name, make, move, steps, labels in CASES:
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        pipeline = make()
        weights(getattr(pipeline, "unet", None) or pipeline.transformer)
        pipeline.save_pretrained(folder)
        move(folder)
        files = {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*.json"))
                 if path.parent.name != "vae"}
        places = [str(path.relative_to(folder)) for path in sorted(folder.rglob("*.safetensors"))
                  if path.parent.name != "vae"]
        loaded = DiffusionPipeline.from_pretrained(folder)
        network = (getattr(loaded, "unet", None) or loaded.transformer).eval()
        output, first = run(network, loaded.scheduler, steps, labels)
    record["cases"].append({"name": name, "steps": steps, "labels": labels, "first_input": first, "files": files,
                            "weights": places[0], "scheduler": type(loaded.scheduler).__name__,
                            "output": [round(v, 5) for v in output.flatten().tolist()]})
    print(f"{name}: {type(loaded.scheduler).__name__}, largest {output.abs().max().item():.3f}")
OUT.write_text(json.dumps(record) + "\n")
