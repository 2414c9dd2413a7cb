"""A server of diffusers, to measure ours against: POST /generate with the fields model, label, seed, solver, steps, cfgScale.

    python server_peer.py DIR PORT plain|batching

DIR is what `./pathline export fashion-flow DIR` wrote. `plain` is what one writes first: the model as from_pretrained gives
it, one call per request. `batching` runs in bfloat16, the fastest of diffusers' eager settings by benchmarks/peers, and makes one
batch of requests that wait and are equal in solver, steps and guidance, as a sampler loop over a batch can.
"""

import base64
import io
import queue
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor

import torch
import uvicorn
from diffusers import (
    DPMSolverMultistepScheduler,
    FlowMatchEulerDiscreteScheduler,
    FlowMatchHeunDiscreteScheduler,
    UNet2DModel,
    UniPCMultistepScheduler,
)
from fastapi import FastAPI
from PIL import Image
from pydantic import BaseModel

FLOW = {"prediction_type": "flow_prediction", "use_flow_sigmas": True}
SCHEDULERS = {
    "euler": FlowMatchEulerDiscreteScheduler,
    "heun": FlowMatchHeunDiscreteScheduler,
    "dpm-solver++-2m": lambda: DPMSolverMultistepScheduler(**FLOW),
    "unipc-2": lambda: UniPCMultistepScheduler(**FLOW),
}
LABELS = ["t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"]
MOST = 64


class Request(BaseModel):
    model: str
    label: str
    seed: int
    solver: str = "euler"
    steps: int = 20
    cfgScale: float = 1.0


class Model:
    def __init__(self, folder, tuned):
        self.unet = UNet2DModel.from_pretrained(folder, subfolder="unet").eval()
        self.dtype = torch.float32
        if tuned:
            self.dtype = torch.bfloat16
            self.unet = self.unet.to(self.dtype)

    @torch.inference_mode()
    def sample(self, requests):
        first = requests[0]
        scheduler = SCHEDULERS[first.solver]()
        scheduler.set_timesteps(first.steps)
        size = self.unet.config.sample_size
        noise = [
            torch.randn(1, self.unet.config.in_channels, size, size, generator=torch.Generator().manual_seed(r.seed))
            for r in requests
        ]
        x = torch.cat(noise)
        labels = torch.tensor([LABELS.index(r.label) for r in requests])
        guided = first.cfgScale != 1
        if guided:
            labels = torch.cat([labels, torch.full_like(labels, len(LABELS))])
        for t in scheduler.timesteps:
            rows = torch.cat([x, x]) if guided else x
            out = self.unet(rows.to(self.dtype), t, class_labels=labels).sample.float()
            if guided:
                conditional, unconditional = out.chunk(2)
                out = unconditional + first.cfgScale * (conditional - unconditional)
            x = scheduler.step(out, t, x).prev_sample
        rows = len(scheduler.timesteps) * (2 if guided else 1)
        return [self.answer(image, rows) for image in x]

    @staticmethod
    def answer(image, rows):
        pixels = ((image[0].clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8).numpy()
        out = io.BytesIO()
        Image.fromarray(pixels).save(out, "png")
        return {"rows": rows, "images": [{"index": 0, "data": base64.b64encode(out.getvalue()).decode()}]}


class Plain:
    def __init__(self, folder):
        self.model = Model(folder, tuned=False)
        # One thread computes: PyTorch would keep a pool of its own for each that does.
        self.compute = ThreadPoolExecutor(1)

    def generate(self, request):
        return self.compute.submit(self.model.sample, [request]).result()[0]


class Batching:
    """What waits is grouped by what a batch must have in common; the group whose first came first goes next."""

    def __init__(self, folder):
        self.model = Model(folder, tuned=True)
        self.waiting = queue.Queue()
        threading.Thread(target=self.work, daemon=True).start()

    def generate(self, request):
        future = Future()
        self.waiting.put((request, future))
        return future.result()

    def work(self):
        groups = {}
        while True:
            if not groups:
                self.group(groups, self.waiting.get())
            while not self.waiting.empty():
                self.group(groups, self.waiting.get())
            key = next(iter(groups))
            batch = groups.pop(key)
            now, later = batch[:MOST], batch[MOST:]
            if later:
                groups[key] = later
            try:
                answers = self.model.sample([request for request, _ in now])
                for (_, future), answer in zip(now, answers):
                    future.set_result(answer)
            except Exception as e:  # the request fails, the server goes on
                for _, future in now:
                    future.set_exception(e)

    @staticmethod
    def group(groups, entry):
        request = entry[0]
        groups.setdefault((request.solver, request.steps, request.cfgScale), []).append(entry)


def main():
    folder, port, kind = sys.argv[1:]
    server = {"plain": Plain, "batching": Batching}[kind](folder)
    app = FastAPI()

    @app.get("/actuator/health/readiness")
    def ready():
        return {"status": "UP"}

    @app.post("/generate")
    def generate(request: Request):
        return server.generate(request)

    # As many requests at once as the load has clients.
    @app.on_event("startup")
    def threads():
        import anyio.to_thread

        anyio.to_thread.current_default_thread_limiter().total_tokens = 2 * MOST

    uvicorn.run(app, port=int(port), log_level="warning")


if __name__ == "__main__":
    main()
