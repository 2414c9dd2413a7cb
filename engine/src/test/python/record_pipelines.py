"""Records what pipelines of diffusers make of given noise, for WholePipelineTest.

Weights and noise come from a formula that the test computes too (Formula.java), so nothing large is committed. Run it in an
environment with torch and diffusers, from the top of the repository:
    python engine/src/test/python/record_pipelines.py
"""

import importlib
import json
import math
import pathlib
import tempfile

import diffusers
import numpy
import torch
from diffusers import ConsistencyModelPipeline, DDPMPipeline, UNet2DModel

OUT = pathlib.Path("engine/src/test/resources/pipelines/recorded.json")
GOLDEN = numpy.uint64(0x9E3779B97F4A7C15)
SAMPLES = 2

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
        output = model(x, t, class_labels=labels).sample
        sample = scheduler.step(output, t, sample).prev_sample
        if t not in position["times"]:
            position["times"].append(t)
            position["step"] += 1
    return sample, first


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
