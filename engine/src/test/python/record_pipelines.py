"""Records what pipelines of diffusers make of given noise, for WholePipelineTest.

Weights and noise come from a formula that the test computes too (Formula.java), so nothing large is committed. Run it in an
environment with torch and diffusers, from the top of the repository:
    python engine/src/test/python/record_pipelines.py
"""

import json
import pathlib
import tempfile

import diffusers
import torch
from diffusers import ConsistencyModelPipeline, DDPMPipeline, UNet2DModel

from recording import run, weights

OUT = pathlib.Path("engine/src/test/resources/pipelines/recorded.json")

UNET = {"sample_size": 8, "in_channels": 2, "out_channels": 2, "block_out_channels": (8, 16), "layers_per_block": 1,
        "down_block_types": ("DownBlock2D", "AttnDownBlock2D"), "up_block_types": ("AttnUpBlock2D", "UpBlock2D"),
        "norm_num_groups": 4}
DDPM_NET = {**UNET, "flip_sin_to_cos": False, "freq_shift": 1, "downsample_padding": 0, "norm_eps": 1e-6,
            "attention_head_dim": None}
LABELLED = {**UNET, "num_class_embeds": 5}

# name, network, scheduler, its settings, steps, labels
CASES = [
    ("ddpm", DDPM_NET, "DDPMScheduler", {}, 50, None),
    ("ddpm-fixed-large-cosine", UNET, "DDPMScheduler",
     {"variance_type": "fixed_large", "beta_schedule": "squaredcos_cap_v2"}, 40, None),
    ("ddim", DDPM_NET, "DDIMScheduler", {}, 20, None),
    ("ddim-zero-snr", UNET, "DDIMScheduler",
     {"rescale_betas_zero_snr": True, "timestep_spacing": "trailing", "prediction_type": "v_prediction",
      "clip_sample": False, "beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012}, 20, None),
    ("dpm++", DDPM_NET, "DPMSolverMultistepScheduler", {}, 15, None),
    ("dpm++-leading", UNET, "DPMSolverMultistepScheduler",
     {"timestep_spacing": "leading", "prediction_type": "v_prediction"}, 15, None),
    ("dpm++-thresholding", UNET, "DPMSolverMultistepScheduler",
     {"timestep_spacing": "trailing", "thresholding": True, "solver_order": 3, "solver_type": "heun"}, 15, None),
    ("sde-dpm++", UNET, "DPMSolverMultistepScheduler",
     {"algorithm_type": "sde-dpmsolver++", "prediction_type": "sample"}, 15, None),
    ("unipc", UNET, "UniPCMultistepScheduler", {"prediction_type": "v_prediction"}, 12, None),
    ("euler", UNET, "EulerDiscreteScheduler", {}, 15, None),
    ("euler-ancestral", LABELLED, "EulerAncestralDiscreteScheduler", {"prediction_type": "v_prediction"}, 15, [4, 0]),
    ("heun", UNET, "HeunDiscreteScheduler", {}, 10, None),
    ("edm-euler", UNET, "EDMEulerScheduler", {}, 12, None),
    ("edm-dpm++", LABELLED, "EDMDPMSolverMultistepScheduler", {"sigma_data": 1.0, "sigma_schedule": "exponential"}, 12,
     [1, 3]),
    ("flow", UNET, "FlowMatchEulerDiscreteScheduler", {}, 12, None),
    ("flow-shifted", UNET, "FlowMatchEulerDiscreteScheduler", {"shift": 3.0}, 12, None),
    ("consistency-1", LABELLED, "CMStochasticIterativeScheduler", {}, 1, [2, 4]),
    ("consistency-2", UNET, "CMStochasticIterativeScheduler", {}, 2, None),
]


def files(model, scheduler):
    kind = DDPMPipeline if type(scheduler).__name__.startswith("DDPM") else ConsistencyModelPipeline
    with tempfile.TemporaryDirectory() as folder:
        kind(unet=model, scheduler=scheduler).save_pretrained(folder)
        return {str(path.relative_to(folder)): path.read_text() for path in sorted(pathlib.Path(folder).rglob("*.json"))}


record = {"source": f"diffusers {diffusers.__version__}, torch {torch.__version__}", "cases": []}
for name, network, scheduler_class, settings, steps, labels in CASES:
    model = UNet2DModel(**network).eval()
    weights(model)
    scheduler = getattr(diffusers, scheduler_class)(**settings)
    text = files(model, scheduler)
    output, first = run(model, scheduler, steps, labels)
    record["cases"].append({"name": name, "steps": steps, "labels": labels, "first_input": first, "files": text,
                            "output": [round(v, 5) for v in output.flatten().tolist()]})
    print(f"{name}: largest {output.abs().max().item():.3f}")
OUT.parent.mkdir(parents=True, exist_ok=True)
OUT.write_text(json.dumps(record) + "\n")
