"""Records what diffusers' networks compute with weights that both sides can make, for NetworkParityTest.

Run it in an environment with torch and diffusers, from the top of the repository:
    python integration-tests/src/test/python/record_networks.py

No weight is stored: each is a hash of its name and its index, scaled by what it multiplies, so that none is 0 or 1
where diffusers would begin with it. The file has, for each model, its configuration, its inputs (the image is made from
the name "x"), its output in float32, how many tensors and parameters it has, the SHA-256 of their names and shapes, and
the relative L2 error of diffusers' own bfloat16 against its float32.
"""

import hashlib
import json
import math

import numpy as np
import torch
from diffusers import DiTTransformer2DModel, UNet2DModel
from diffusers.utils import logging

TARGET = "integration-tests/src/test/resources/diffusers/networks.json"
CLASSES = {"UNet2DModel": UNet2DModel, "DiTTransformer2DModel": DiTTransformer2DModel}
GOLDEN = 0x9E3779B97F4A7C15
MASK = (1 << 64) - 1


def hashed(name, count):
    """Numbers in [-1, 1), multiples of 2^-23: SplitMix64 at the places that follow FNV-1a of the name."""
    seed = 0xCBF29CE484222325
    for byte in name.encode():
        seed = ((seed ^ byte) * 0x100000001B3) & MASK
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(GOLDEN)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(40)).astype(np.float64) * 2.0**-23 - 1


def weight(name, shape):
    u = hashed(name, math.prod(shape))
    if name.endswith(("class_embedding.weight", "embedding_table.weight", "time_proj.weight")):
        values = 2 * u
    elif len(shape) > 1:
        values = u * math.sqrt(3 * shape[0] / math.prod(shape))
    elif name.endswith("weight"):
        values = 1 + 0.4 * u
    else:
        values = 0.3 * u
    return torch.tensor(values.astype(np.float32)).reshape(shape)


def shapes_hash(state):
    lines = sorted(name + " " + "x".join(str(n) for n in value.shape) for name, value in state.items())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def unet(name, times, labels=None, **config):
    return name, {"_class_name": "UNet2DModel", **config}, times, labels


def dit(name, times, labels, **config):
    return name, {"_class_name": "DiTTransformer2DModel", **config}, times, labels


D, A, R = "DownBlock2D", "AttnDownBlock2D", "ResnetDownsampleBlock2D"
U, B, S = "UpBlock2D", "AttnUpBlock2D", "ResnetUpsampleBlock2D"

MODELS = [
    # The shape of google/ddpm-cifar10-32.
    unet("cifar10", [0.0, 721.0], sample_size=8, block_out_channels=[16, 32, 32, 32], down_block_types=[D, A, D, D],
         up_block_types=[U, U, B, U], downsample_padding=0, flip_sin_to_cos=False, freq_shift=1, norm_eps=1e-6,
         attention_head_dim=None, norm_num_groups=8),
    # The shape of openai/diffusers-cd_imagenet64_l2.
    unet("consistency", [-310.25, 998.75], [3, 9], sample_size=8, block_out_channels=[8, 16, 24, 32],
         layers_per_block=3, down_block_types=[R, A, A, A], up_block_types=[B, B, B, S], attention_head_dim=8,
         attn_norm_num_groups=8, norm_num_groups=8, resnet_time_scale_shift="scale_shift", downsample_type="resnet",
         upsample_type="resnet", num_class_embeds=10),
    unet("butterflies", [3.0, 500.0], sample_size=16, in_channels=1, out_channels=1, block_out_channels=[8, 16, 16, 32],
         down_block_types=[D, D, A, A], up_block_types=[B, B, U, U], attention_head_dim=8, norm_num_groups=4),
    unet("odd width", [12.5, 640.0], [0, 4], sample_size=8, in_channels=2, out_channels=2, block_out_channels=[15, 30],
         down_block_types=[A, D], up_block_types=[U, B], attention_head_dim=5, norm_num_groups=5, layers_per_block=1,
         num_class_embeds=5),
    unet("fourier", [0.8, 47.5], sample_size=8, block_out_channels=[16, 32], down_block_types=[D, A],
         up_block_types=[B, U], norm_num_groups=8, time_embedding_type="fourier", flip_sin_to_cos=True),
    unet("learned times", [1, 19], sample_size=8, in_channels=1, out_channels=1, block_out_channels=[16, 16],
         down_block_types=[A, A], up_block_types=[B, B], norm_num_groups=4, layers_per_block=1,
         time_embedding_type="learned", num_train_timesteps=20),
    unet("class as timestep", [100.0, 900.0], [7, 2], sample_size=8, in_channels=1, out_channels=1,
         block_out_channels=[16, 32], down_block_types=[D, A], up_block_types=[B, U], norm_num_groups=8,
         layers_per_block=1, class_embed_type="timestep"),
    unet("class as vector", [100.0, 900.0], "vector", sample_size=8, in_channels=1, out_channels=1,
         block_out_channels=[16, 32], down_block_types=[D, A], up_block_types=[B, U], norm_num_groups=8,
         layers_per_block=1, class_embed_type="identity"),
    unet("centered mish", [30.0, 250.0], sample_size=8, block_out_channels=[16, 32], down_block_types=[D, A],
         up_block_types=[B, U], norm_num_groups=8, center_input_sample=True, mid_block_scale_factor=1.4142135,
         act_fn="mish"),
    unet("no middle gelu", [30.0, 250.0], sample_size=8, block_out_channels=[16, 32], down_block_types=[A, D],
         up_block_types=[U, B], norm_num_groups=8, mid_block_type=None, act_fn="gelu", time_embedding_dim=24),
    unet("no middle attention relu", [5.0, 999.0], sample_size=[4, 8], block_out_channels=[16, 32],
         down_block_types=[D, R], up_block_types=[S, U], norm_num_groups=8, add_attention=False, act_fn="relu",
         dropout=0.3),
    unet("odd heads without norm", [250.0, 750.0], sample_size=8, block_out_channels=[16, 32], down_block_types=[A, A],
         up_block_types=[B, B], norm_num_groups=8, attention_head_dim=12, resnet_time_scale_shift="scale_shift",
         downsample_type="resnet", upsample_type="conv"),
    unet("fourier with class", [0.5, 80.0], [1, 8], sample_size=8, block_out_channels=[16, 16, 32],
         down_block_types=[R, D, A], up_block_types=[B, S, U], norm_num_groups=8, layers_per_block=1,
         time_embedding_type="fourier", class_embed_type="timestep", upsample_type="resnet", act_fn="swish"),
    unet("learned variance", [33.0, 333.0], sample_size=None, in_channels=2, out_channels=4,
         block_out_channels=[16, 32], down_block_types=["UNetResDownBlock2D", "UNetResAttnDownBlock2D"],
         up_block_types=["UNetResAttnUpBlock2D", "UNetResUpBlock2D"], norm_num_groups=4, freq_shift=0.5,
         norm_eps=1e-3, attn_norm_num_groups=8, layers_per_block=1),
    dit("transformer", [10.0, 990.0], [4, 10], num_attention_heads=2, attention_head_dim=16, in_channels=4,
        out_channels=8, num_layers=3, sample_size=8, patch_size=2, num_embeds_ada_norm=10),
    dit("transformer without bias", [0.0, 512.5], [0, 3], num_attention_heads=4, attention_head_dim=8, in_channels=3,
        num_layers=2, sample_size=8, patch_size=4, num_embeds_ada_norm=3, attention_bias=False, activation_fn="gelu",
        norm_elementwise_affine=True, norm_eps=1e-3),
    dit("transformer of pixels", [250.0, 750.0], [1, 2], num_attention_heads=3, attention_head_dim=12, in_channels=2,
        out_channels=4, num_layers=2, sample_size=4, patch_size=1, num_embeds_ada_norm=2, upcast_attention=True),
]

PUBLISHED = [
    unet("google/ddpm-cifar10-32", [], sample_size=32, block_out_channels=[128, 256, 256, 256],
         down_block_types=[D, A, D, D], up_block_types=[U, U, B, U], downsample_padding=0, flip_sin_to_cos=False,
         freq_shift=1, norm_eps=1e-6, attention_head_dim=None),
    unet("openai/diffusers-cd_imagenet64_l2", [], sample_size=64, block_out_channels=[192, 384, 576, 768],
         layers_per_block=3, down_block_types=[R, A, A, A], up_block_types=[B, B, B, S], attention_head_dim=64,
         attn_norm_num_groups=32, resnet_time_scale_shift="scale_shift", downsample_type="resnet",
         upsample_type="resnet", num_class_embeds=1000),
    dit("facebook/DiT-XL-2-256", [], None, num_attention_heads=16, attention_head_dim=72, in_channels=4, out_channels=8,
        num_layers=28, sample_size=32, patch_size=2, num_embeds_ada_norm=1000),
]


def arguments(config):
    return {key: value for key, value in config.items() if key != "_class_name"}


def described(name, config, state):
    return {"name": name, "config": config, "tensors": len(state),
            "parameters": sum(value.numel() for value in state.values()), "shapes": shapes_hash(state)}


def bfloat16_error(model, x, steps, given, output):
    """diffusers cannot embed a class as a timestep in bfloat16; there is no error to record then."""
    if getattr(model.config, "class_embed_type", None) == "timestep":
        return None
    if given is not None and given.is_floating_point():
        given = given.bfloat16()
    with torch.no_grad():
        rounded = model(x.bfloat16(), steps, class_labels=given).sample.float()
    return ((rounded - output).norm() / output.norm()).item()


def record(name, config, times, labels):
    model = CLASSES[config["_class_name"]](**arguments(config)).eval()
    state = model.state_dict()
    model.load_state_dict({key: weight(key, tuple(value.shape)) for key, value in state.items()})
    size = config["sample_size"] or 8
    height, width = size if isinstance(size, list) else (size, size)
    shape = (len(times), config["in_channels"] if "in_channels" in config else 3, height, width)
    x = torch.tensor((1.7 * hashed("x", math.prod(shape))).astype(np.float32)).reshape(shape)
    if labels == "vector":
        dim = model.time_embedding.linear_2.out_features
        given = torch.tensor(hashed("label", len(times) * dim).astype(np.float32)).reshape(len(times), dim)
    else:
        given = None if labels is None else torch.tensor(labels)
    steps = torch.tensor(times)
    with torch.no_grad():
        output = model(x, steps, class_labels=given).sample
    error = bfloat16_error(model.to(torch.bfloat16), x, steps, given, output)
    print(f"{name}: std {output.std().item():.3f}, largest {output.abs().max().item():.3f}, bfloat16 {error}")
    return {**described(name, config, state), "shape": list(shape[1:]), "times": times, "labels": labels,
            "bfloat16Error": error, "output": [float(f"{v:.7g}") for v in output.flatten().tolist()]}


def published(name, config, times, labels):
    with torch.device("meta"):
        return described(name, config, CLASSES[config["_class_name"]](**arguments(config)).state_dict())


logging.set_verbosity_error()
torch.set_num_threads(1)
lines = [json.dumps(record(*model)) for model in MODELS]
shapes = [json.dumps(published(*model)) for model in PUBLISHED]
with open(TARGET, "w") as file:
    file.write('{"models": [\n' + ",\n".join(lines) + '\n],\n"published": [\n' + ",\n".join(shapes) + "\n]}\n")
