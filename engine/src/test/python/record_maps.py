"""Records what consistency models and flow maps make of given noise in Python, for MapPipelinesTest.

Consistency models are sampled by ConsistencyModelPipeline itself, flow maps by FlowMapEulerDiscreteScheduler and the network of
docs/python/flow_map.py, each loaded from the folder that is recorded. Weights and noise come from a formula that the test
computes too (Formula.java). Run it in an environment with torch and diffusers 0.40, from the top of the repository:
    python engine/src/test/python/record_maps.py
"""

import json
import pathlib
import sys
import tempfile

import diffusers
import torch
from diffusers import (CMStochasticIterativeScheduler, ConsistencyModelPipeline, DiffusionPipeline,
                       FlowMapEulerDiscreteScheduler, UNet2DModel)
from diffusers.schedulers import scheduling_consistency_models
from safetensors.torch import save_file

from recording import SAMPLES, noise, weights

sys.path.insert(0, "docs/python")
from flow_map import WEIGHTS, FlowMapNetwork, sample  # noqa: E402

OUT = pathlib.Path("engine/src/test/resources/pipelines/maps.json")

UNET = {"sample_size": 8, "in_channels": 3, "out_channels": 3, "block_out_channels": (8, 16), "layers_per_block": 1,
        "down_block_types": ("DownBlock2D", "AttnDownBlock2D"), "up_block_types": ("AttnUpBlock2D", "UpBlock2D"),
        "norm_num_groups": 4}
# The blocks of openai/diffusers-cd_imagenet64_l2.
IMAGENET = {**UNET, "down_block_types": ("ResnetDownsampleBlock2D", "AttnDownBlock2D"),
            "up_block_types": ("AttnUpBlock2D", "ResnetUpsampleBlock2D"), "downsample_type": "resnet",
            "upsample_type": "resnet", "resnet_time_scale_shift": "scale_shift", "attention_head_dim": 8,
            "attn_norm_num_groups": 4, "num_class_embeds": 10}
LABELLED = {**UNET, "num_class_embeds": 5}

# name, network, settings of the scheduler, steps, timesteps, labels
CONSISTENCY = [
    ("consistency onestep", IMAGENET, {}, 1, None, [2, 7]),
    ("consistency onestep without clipping", UNET, {"clip_denoised": False}, 1, None, None),
    ("consistency in two steps", LABELLED, {}, 2, None, [4, 0]),
    ("consistency in four steps of its own range", UNET, {"num_train_timesteps": 151, "sigma_min": 0.01, "sigma_max": 60.0,
     "sigma_data": 0.3}, 4, None, None),
    ("consistency multistep at timesteps", IMAGENET, {}, 2, [22, 0], [9, 1]),
]

POSITIONAL = {"target_embedding_type": "positional", "deltatime_type": "r"}
LOW = {"time_embedding_type": "low_frequency", "target_embedding_type": "low_frequency",
       "time_embedding_max_frequency": 20.0, "deltatime_type": "t-r"}
DIT = {"_class_name": "DiTTransformer2DModel", "num_attention_heads": 2, "attention_head_dim": 8, "in_channels": 3,
       "num_layers": 2, "sample_size": 8, "patch_size": 4, "num_embeds_ada_norm": 5}
FLOW_MAPS = [
    ("flow map in one jump", {**UNET, **POSITIONAL}, {}, 1, None, None),
    ("flow map in two jumps", {**LABELLED, **POSITIONAL}, {}, 2, None, [3, 1]),
    ("flow map in four jumps of a length", {**UNET, **POSITIONAL, "deltatime_type": "t-r"}, {"shift": 5.0}, 4, None, None),
    ("flow map of low frequencies", {**LABELLED, **LOW}, {"num_train_timesteps": 1}, 2, None, [0, 2]),
    ("flow map of low frequencies and its own timesteps", {**UNET, **LOW}, {"num_train_timesteps": 1, "shift": 2.0}, 2,
     [1.0, 0.3], None),
    ("flow map of mixed features", {**UNET, **POSITIONAL, "target_embedding_type": "low_frequency",
     "time_embedding_max_frequency": 20.0}, {"num_train_timesteps": 1}, 4, None, None),
    ("flow map of a transformer", {**DIT, **POSITIONAL}, {"shift": 2.0}, 2, None, [4, 1]),
    ("flow map of a transformer of low frequencies", {**DIT, **LOW}, {"num_train_timesteps": 1}, 4, None, [5, 0]),
]


def texts(folder):
    return {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*.json"))}


def consistency(folder, network, settings, steps, timesteps, labels):
    model = UNet2DModel(**network).eval()
    weights(model)
    ConsistencyModelPipeline(unet=model, scheduler=CMStochasticIterativeScheduler(**settings)).save_pretrained(folder)
    pipeline = DiffusionPipeline.from_pretrained(folder)
    pipeline.set_progress_bar_config(disable=True)
    shape = (SAMPLES, 3, 8, 8)
    step = {"at": 0, "latents": None}
    scheduling_consistency_models.randn_tensor = lambda wanted, **_: noise(f"step{step['at']}", tuple(wanted))

    def after(index, timestep, latents):
        step.update(at=index + 1, latents=latents)

    pipeline(batch_size=SAMPLES, class_labels=labels, num_inference_steps=None if timesteps else steps, timesteps=timesteps,
             latents=noise("initial", shape), output_type="pt", callback=after)
    assert step["at"] == steps
    return step["latents"]


def flow_map(folder, network, settings, steps, timesteps, labels):
    network = {"_class_name": "UNet2DModel", **network}
    model = FlowMapNetwork(network)
    model.named_parameters = lambda: [(name.removeprefix("network."), value)
                                      for name, value in torch.nn.Module.named_parameters(model)]
    weights(model)
    part = folder / ("unet" if network["_class_name"] == "UNet2DModel" else "transformer")
    part.mkdir()
    save_file(dict(model.named_parameters()), part / WEIGHTS)
    (part / "config.json").write_text(json.dumps(network))
    FlowMapEulerDiscreteScheduler(**settings).save_pretrained(folder / "scheduler")
    scheduler = FlowMapEulerDiscreteScheduler.from_pretrained(folder, subfolder="scheduler")
    return sample(FlowMapNetwork.from_pretrained(folder), scheduler, noise("initial", (SAMPLES, 3, 8, 8)),
                  None if timesteps else steps, None if labels is None else torch.tensor(labels), timesteps)


record = {"source": f"diffusers {diffusers.__version__}, torch {torch.__version__}", "cases": []}
for make, cases in ((consistency, CONSISTENCY), (flow_map, FLOW_MAPS)):
    for name, network, settings, steps, timesteps, labels in cases:
        with tempfile.TemporaryDirectory() as scratch:
            output = make(pathlib.Path(scratch), network, settings, steps, timesteps, labels)
            record["cases"].append({"name": name, "steps": steps, "timesteps": timesteps, "labels": labels,
                                    "weights": str(next(pathlib.Path(scratch).rglob(WEIGHTS)).relative_to(scratch)),
                                    "files": texts(pathlib.Path(scratch)),
                                    "output": [round(v, 6) for v in output.flatten().tolist()]})
        print(f"{name}: largest {output.abs().max().item():.3f}")
OUT.write_text(json.dumps(record) + "\n")
