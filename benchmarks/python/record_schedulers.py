#!/usr/bin/env python3
"""Records what the schedulers of huggingface/diffusers compute without a network.

Each case runs one scheduler on the exact denoiser of a mixture of two Gaussians, evaluated at the very alpha and sigma of
the scheduler's own arithmetic, so that the rounding of its timesteps plays no part. The starting points and all noise are
given. What is written is the sigmas of the grid, the point of every evaluation and the sample at the end;
SchedulerParityTest of the module 'diffusion' runs the same grid and noise through Pathline's plans and compares.

The schedulers say float32 in many places, in the middle of formulas too. Here their modules are given a torch and a numpy
in which float32 is float64, so that two programs with the same formulas agree to about 1e-13 and not to 1e-6. Nothing else
of them is changed. Every case also runs as published, and its difference from the lifted run is written beside it.

usage: record_schedulers.py OUTPUT.json        (needs torch and diffusers)
"""

import contextlib
import importlib
import importlib.metadata
import json
import math
import random
import subprocess
import sys
from pathlib import Path

import diffusers
import numpy
import torch

WEIGHTS = (0.4, 0.6)
MEANS = torch.tensor([[1.0, 0.5], [-0.8, -0.6]], dtype=torch.float64)
STDS = (0.5, 0.7)

POINTS = torch.tensor([[1.4, 0.2], [-1.7, -0.5]], dtype=torch.float64)
DRAWS = 20


def gaussian_noise():
    """Noise of few digits, so that the file is short and yet exact."""
    source = random.Random(20240917)
    return [[[round(source.gauss(0, 1), 4) for _ in range(2)] for _ in range(len(POINTS))] for _ in range(DRAWS)]


NOISE = gaussian_noise()


class Lifted:
    """A module whose float32 is float64."""

    def __init__(self, module):
        self._module = module
        self.float32 = module.float64

    def __getattr__(self, name):
        return getattr(self._module, name)


@contextlib.contextmanager
def precision(module, lifted):
    """Has 'module' compute in float64 throughout, or as it was published."""
    if not lifted:
        yield
        return
    default = torch.get_default_dtype()
    module.torch, module.np = Lifted(torch), Lifted(numpy)
    torch.set_default_dtype(torch.float64)
    try:
        yield
    finally:
        module.torch, module.np = torch, numpy
        torch.set_default_dtype(default)


def denoised(x, alpha, sigma):
    """The expectation of the data given x = alpha * data + sigma * noise."""
    x = x.double()
    logs, means = [], []
    for weight, mean, std in zip(WEIGHTS, MEANS, STDS):
        variance = alpha**2 * std**2 + sigma**2
        off = x - alpha * mean
        logs.append(math.log(weight) - math.log(variance) - (off**2).sum(-1) / (2 * variance))
        means.append(mean + alpha * std**2 / variance * off)
    shares = torch.softmax(torch.stack(logs), 0)
    return sum(share[:, None] * mean for share, mean in zip(shares, means))


def prediction(kind, scheduler, x, alpha, sigma):
    """The denoiser, as a network that predicts 'kind' would say it."""
    data = denoised(x, alpha, sigma)
    noise = (x.double() - alpha * data) / sigma
    if kind == "data":
        return data
    if kind == "noise":
        return noise
    if kind == "v-prediction":
        return alpha * noise - sigma * data
    if kind == "v-prediction of x/alpha":
        scale = math.sqrt(sigma**2 + 1)
        return (x.double() / scale**2 - data) * scale / sigma
    if kind == "velocity":
        return noise - data
    if kind == "edm":
        spread = scheduler.config.sigma_data
        skip = spread**2 / (sigma**2 + spread**2)
        return (data - skip * x.double()) * math.sqrt(sigma**2 + spread**2) / (sigma * spread)
    if kind == "consistency":
        skip, out = scheduler.get_scalings_for_boundary_condition(torch.tensor(sigma, dtype=torch.float64))
        return (data - skip * x.double()) / out
    raise ValueError(kind)


def level(case, scheduler, call):
    """The alpha and sigma at which the scheduler stands at its call number 'call'."""
    if case["levels"] == "alphas_cumprod":
        square = float(scheduler.alphas_cumprod[scheduler.timesteps[call]])
        return math.sqrt(square), math.sqrt(1 - square)
    sigma = float(scheduler.sigmas[call])
    if case["coordinates"] == "ve":
        return 1.0, sigma
    if case["coordinates"] == "flow":
        return 1 - sigma, sigma
    alpha = 1 / math.sqrt(sigma**2 + 1)
    return alpha, sigma * alpha


def grid(case, scheduler):
    """The sigmas of the outer steps: sigma/alpha, or the flow's sigma, or null for pure noise."""
    if case["levels"] == "alphas_cumprod":
        squares = [float(scheduler.alphas_cumprod[t]) for t in scheduler.timesteps]
        return [math.sqrt((1 - a) / a) if a > 0 else None for a in squares] + [0.0]
    sigmas = [float(sigma) for sigma in scheduler.sigmas]
    if case.get("nodes"):
        return [s for s, order in zip(sigmas, scheduler.order_list) if order == 1] + sigmas[-1:]
    return [s for i, s in enumerate(sigmas) if i == 0 or s != sigmas[i - 1]]


def at_the_nodes_of_the_paper(scheduler):
    """Puts the inner points of a single step where the publication has them: evenly spaced in the log-SNR."""
    sigmas, orders = scheduler.sigmas.clone(), scheduler.order_list
    starts = [i for i, order in enumerate(orders) if order == 1] + [len(orders)]
    for first, last in zip(starts, starts[1:]):
        for i in range(first + 1, last):
            part = (i - first) / (last - first)
            sigmas[i] = torch.exp((1 - part) * torch.log(sigmas[first]) + part * torch.log(sigmas[last]))
    scheduler.sigmas = sigmas


def run(case, lifted):
    module = importlib.import_module(getattr(diffusers, case["scheduler"]).__module__)
    dtype = torch.float64 if lifted else torch.float32
    draws = iter(range(DRAWS))
    current = {"call": 0}

    def given(*_args, **_kwargs):
        return torch.tensor(NOISE[current["call"]], dtype=dtype)

    published = getattr(module, "randn_tensor", None)
    module.randn_tensor = given
    try:
        with precision(module, lifted):
            scheduler = getattr(module, case["scheduler"])(**case["config"])
            if "timesteps" in case:
                scheduler.set_timesteps(timesteps=case["timesteps"])
            else:
                scheduler.set_timesteps(case["steps"])
            if case.get("nodes"):
                at_the_nodes_of_the_paper(scheduler)
            if hasattr(scheduler, "set_begin_index"):
                scheduler.set_begin_index(0)
            scheduler.is_scale_input_called = True
            scale = float(scheduler.sigmas[0]) if case["coordinates"] == "ve" else 1.0
            x = (POINTS * scale).to(dtype)
            start, inputs, options = x, [], dict(case.get("step", {}))
            for call, t in enumerate(scheduler.timesteps):
                current["call"] = next(draws)
                alpha, sigma = level(case, scheduler, call)
                if case.get("noise argument"):
                    options["variance_noise"] = given()
                if case.get("solver types"):
                    scheduler.register_to_config(solver_type=case["solver types"][scheduler.order_list[call] - 1])
                inputs.append(x)
                output = prediction(case["prediction"], scheduler, x, alpha, sigma).to(dtype)
                if case["levels"] == "alphas_cumprod":
                    t = int(t)
                x = scheduler.step(output, t, x, **options).prev_sample
            return scheduler, start, inputs, x
    finally:
        if published is None:
            del module.randn_tensor
        else:
            module.randn_tensor = published


def record(case):
    scheduler, start, inputs, final = run(case, True)
    _, _, _, published = run(case, False)
    if final.dtype != torch.float64 or not torch.isfinite(final).all():
        raise RuntimeError(f"{case['name']}: {final}")
    return {
        "name": case["name"],
        "scheduler": case["scheduler"],
        "config": case["config"],
        "step": case.get("step", {}),
        "prediction": case["prediction"],
        "coordinates": case["coordinates"],
        "sigmas": grid(case, scheduler),
        "start": start.tolist(),
        "inputs": [x.tolist() for x in inputs],
        "final": final.tolist(),
        "float32": float(f"{float((final - published.double()).abs().max()):.1e}"),
    }


def cases():
    for steps in (10, 4):
        yield from discrete(steps)
        yield from multistep(steps)
        yield from noise_levels(steps)
        yield from flows(steps)
    yield from (c for c in multistep(20) if c["name"] in MANY_STEPS)
    yield from singlestep()
    yield from consistency()


# With 15 steps and more diffusers does not lower the order before the last step.
MANY_STEPS = ("DPMSolverMultistep ++ 3, lower order at the end, 20 steps",)


def case(name, scheduler, steps, kind, config, coordinates="vp", levels="sigmas", **more):
    return {"name": f"{name}, {steps} steps", "scheduler": scheduler + "Scheduler", "steps": steps, "prediction": kind,
            "config": config, "coordinates": coordinates, "levels": levels, **more}


PREDICTIONS = {"noise": "epsilon", "v-prediction": "v_prediction", "data": "sample", "velocity": "flow_prediction"}


def discrete(steps):
    def ddim(name, kind="noise", eta=0.0, **config):
        raw = config.pop("raw_noise", True)
        config = {"clip_sample": False, "prediction_type": PREDICTIONS[kind], **config}
        step = {"eta": eta, "use_clipped_model_output": not raw}
        return case("DDIM " + name, "DDIM", steps, kind, config, levels="alphas_cumprod", step=step,
                    **{"noise argument": True})

    for kind in ("noise", "v-prediction", "data"):
        yield ddim(f"{kind}, eta 0", kind)
        yield ddim(f"{kind}, eta 1", kind, 1.0)
        yield ddim(f"{kind}, clipped, eta 0", kind, clip_sample=True)
        yield ddim(f"{kind}, clipped, eta 1", kind, 1.0, clip_sample=True)
    yield ddim("noise of clipped data, eta 0", clip_sample=True, raw_noise=False)
    yield ddim("noise of clipped data, eta 1", "noise", 1.0, clip_sample=True, raw_noise=False)
    yield ddim("scaled linear, eta 0.5", "noise", 0.5, beta_schedule="scaled_linear", beta_start=0.00085,
               beta_end=0.012)
    yield ddim("squared cosine, eta 0.5", "noise", 0.5, beta_schedule="squaredcos_cap_v2")
    yield ddim("zero terminal SNR, trailing", "v-prediction", rescale_betas_zero_snr=True,
               timestep_spacing="trailing")

    def ddpm(name, **config):
        return case("DDPM " + name, "DDPM", steps, "noise", {"clip_sample": False, **config}, levels="alphas_cumprod")

    yield ddpm("fixed small")
    yield ddpm("fixed large", variance_type="fixed_large")
    yield ddpm("fixed small, clipped", clip_sample=True)
    yield ddpm("fixed large, clipped", clip_sample=True, variance_type="fixed_large")
    yield ddpm("fixed small, squared cosine", beta_schedule="squaredcos_cap_v2")


def multistep(steps):
    def dpm(name, order, kind="noise", **config):
        config = {"solver_order": order, "prediction_type": PREDICTIONS[kind], "lower_order_final": False, **config}
        flow = {"coordinates": "flow"} if config.get("use_flow_sigmas") else {}
        return case("DPMSolverMultistep " + name, "DPMSolverMultistep", steps, kind, config,
                    **{"noise argument": True}, **flow)

    for end in ("zero", "sigma_min"):
        yield dpm(f"++ 1 to {end}", 1, final_sigmas_type=end)
        yield dpm(f"++ 2 to {end}", 2, final_sigmas_type=end)
        yield dpm(f"++ 2 heun to {end}", 2, solver_type="heun", final_sigmas_type=end)
        yield dpm(f"sde++ 1 to {end}", 1, algorithm_type="sde-dpmsolver++", final_sigmas_type=end)
        yield dpm(f"sde++ 2 to {end}", 2, algorithm_type="sde-dpmsolver++", final_sigmas_type=end)
        yield dpm(f"sde++ 2 heun to {end}", 2, algorithm_type="sde-dpmsolver++", solver_type="heun",
                  final_sigmas_type=end)
    yield dpm("++ 2 v-prediction, Karras", 2, "v-prediction", use_karras_sigmas=True)
    yield dpm("++ 2 flow", 2, "velocity", use_flow_sigmas=True)
    yield dpm("++ 2, lower order at the end", 2, lower_order_final=True)
    # The solver type counts in the one step of order 3's warm-up that is of order 2.
    yield dpm("++ 3 to sigma_min", 3, solver_type="heun", final_sigmas_type="sigma_min")
    yield dpm("++ 3 to zero", 3, solver_type="heun")
    yield dpm("++ 3, lower order at the end", 3, solver_type="heun", lower_order_final=True)
    yield dpm("++ 3, midpoint in the second step", 3, final_sigmas_type="sigma_min")
    yield dpm("sde++ 3", 3, algorithm_type="sde-dpmsolver++", lower_order_final=True, solver_type="heun")
    for order in (1, 2):
        yield dpm(f"noise form {order}", order, algorithm_type="dpmsolver", final_sigmas_type="sigma_min")
    for order in (2, 3):
        yield dpm(f"noise form {order} heun", order, algorithm_type="dpmsolver", final_sigmas_type="sigma_min",
                  solver_type="heun")

    for order in (2, 3):
        yield case(f"DEISMultistep {order}", "DEISMultistep", steps, "noise",
                   {"solver_order": order, "lower_order_final": False})
        yield case(f"DEISMultistep {order}, lower order at the end", "DEISMultistep", steps, "noise",
                   {"solver_order": order})
    for order in (1, 2, 3):
        for kind in ("bh1", "bh2"):
            yield case(f"UniPCMultistep {order} {kind} to sigma_min", "UniPCMultistep", steps, "noise",
                       {"solver_order": order, "solver_type": kind, "final_sigmas_type": "sigma_min",
                        "lower_order_final": False})
        yield case(f"UniPCMultistep {order} bh2 to zero", "UniPCMultistep", steps, "noise",
                   {"solver_order": order, "solver_type": "bh2"})
    yield case("UniPCMultistep 3 bh2 to sigma_min, lower order at the end", "UniPCMultistep", steps, "noise",
               {"solver_order": 3, "solver_type": "bh2", "final_sigmas_type": "sigma_min"})


def noise_levels(steps):
    """The schedulers whose sample is x/alpha."""
    yield case("EulerDiscrete noise", "EulerDiscrete", steps, "noise", {}, "ve")
    yield case("EulerDiscrete v-prediction, Karras", "EulerDiscrete", steps, "v-prediction of x/alpha",
               {"prediction_type": "v_prediction", "use_karras_sigmas": True}, "ve")
    yield case("EulerAncestralDiscrete", "EulerAncestralDiscrete", steps, "noise", {}, "ve")
    yield case("HeunDiscrete noise", "HeunDiscrete", steps, "noise", {}, "ve")
    yield case("HeunDiscrete noise, Karras", "HeunDiscrete", steps, "noise", {"use_karras_sigmas": True}, "ve")
    yield case("EDMEuler", "EDMEuler", steps, "edm", {}, "ve")
    yield case("EDMEuler churned", "EDMEuler", steps, "edm", {}, "ve",
               step={"s_churn": 0.4 * steps, "s_tmin": 0.05, "s_tmax": 50.0, "s_noise": 1.003})
    for order in (1, 2):
        yield case(f"EDMDPMSolverMultistep ++ {order}", "EDMDPMSolverMultistep", steps, "edm",
                   {"solver_order": order, "lower_order_final": False}, "ve")
    yield case("EDMDPMSolverMultistep ++ 3", "EDMDPMSolverMultistep", steps, "edm",
               {"solver_order": 3, "solver_type": "heun"}, "ve")
    yield case("EDMDPMSolverMultistep ++ 2 heun", "EDMDPMSolverMultistep", steps, "edm",
               {"solver_order": 2, "solver_type": "heun", "lower_order_final": False}, "ve")
    yield case("EDMDPMSolverMultistep sde++ 2", "EDMDPMSolverMultistep", steps, "edm",
               {"solver_order": 2, "algorithm_type": "sde-dpmsolver++", "lower_order_final": False}, "ve")


def flows(steps):
    for shift in (1.0, 3.0):
        yield case(f"FlowMatchEulerDiscrete shift {shift:g}", "FlowMatchEulerDiscrete", steps, "velocity",
                   {"shift": shift}, "flow")
        yield case(f"FlowMatchHeunDiscrete shift {shift:g}", "FlowMatchHeunDiscrete", steps, "velocity",
                   {"shift": shift}, "flow")
    yield case("FlowMatchEulerDiscrete stochastic", "FlowMatchEulerDiscrete", steps, "velocity",
               {"stochastic_sampling": True}, "flow")


def singlestep():
    def single(name, order, evaluations, form, **config):
        more = {"solver types": config.pop("types")} if "types" in config else {}
        more["nodes"] = config.pop("nodes", False)
        algorithm = {"++": "dpmsolver++", "noise form": "dpmsolver"}[form]
        config = {"solver_order": order, "algorithm_type": algorithm, **config}
        return case(f"DPMSolverSinglestep {form} {order} {name}", "DPMSolverSinglestep", evaluations, "noise", config,
                    **more)

    for evaluations in (10, 4):
        yield single("to zero", 2, evaluations, "++")
        yield single("to sigma_min", 2, evaluations, "++", final_sigmas_type="sigma_min", lower_order_final=False)
    for evaluations in (10, 9, 8):
        yield single("to zero", 3, evaluations, "++")
        for form in ("++", "noise form"):
            yield single("to sigma_min", 3, evaluations, form, final_sigmas_type="sigma_min", lower_order_final=True)
    for form in ("++", "noise form"):
        for evaluations in (10, 4):
            yield single("at the nodes of the paper", 2, evaluations, form, final_sigmas_type="sigma_min",
                         lower_order_final=False, nodes=True)
        for evaluations in (9, 3):
            # The paper's third order has the second stage of diffusers' "heun" and the last of its "midpoint".
            yield single("at the nodes of the paper", 3, evaluations, form, final_sigmas_type="sigma_min",
                         lower_order_final=False, nodes=True, types=["midpoint", "heun", "midpoint"])


def consistency():
    for clipped in (False, True):
        text = ", clipped" if clipped else ""
        config = {"clip_denoised": clipped}
        yield case("CMStochasticIterative" + text, "CMStochasticIterative", 1, "consistency", config, "ve")
        yield case("CMStochasticIterative" + text, "CMStochasticIterative", 6, "consistency", config, "ve",
                   timesteps=[30, 26, 25, 23, 15, 0])


def commit():
    """The commit of a diffusers that was installed from its repository, which has no release number of its own."""
    installed = json.loads(importlib.metadata.distribution("diffusers").read_text("direct_url.json") or "{}")
    if "vcs_info" in installed:
        return installed["vcs_info"]["commit_id"]
    folder = installed.get("url", "").removeprefix("file://")
    if not folder:
        return ""
    found = subprocess.run(["git", "-C", folder, "rev-parse", "HEAD"], capture_output=True, text=True)
    return found.stdout.strip()


def dump(value):
    """One line for each case and each array of noise."""
    lines = [f'"{key}": {json.dumps(value[key])}' for key in value if key not in ("noise", "cases")]
    for key in ("noise", "cases"):
        lines.append(f'"{key}": [\n' + ",\n".join(json.dumps(v, separators=(",", ":")) for v in value[key]) + "]")
    return "{" + ",\n".join(lines) + "}\n"


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    recorded = [record(c) for c in cases()]
    if len({r["name"] for r in recorded}) != len(recorded):
        sys.exit("two cases have the same name")
    Path(sys.argv[1]).write_text(dump({
        "source": f"diffusers {diffusers.__version__} {commit()}".strip() + f", torch {torch.__version__}",
        "noise": NOISE,
        "cases": recorded,
    }))
    for r in recorded:
        print(f"{r['name']:60} as published, in float32, {r['float32']:.1e} away")


if __name__ == "__main__":
    main()
