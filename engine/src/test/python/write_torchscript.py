"""Writes the modules of TorchScriptTest: python write_torchscript.py ../resources/torchscript (made with PyTorch 2.13)."""
import sys
from typing import Dict, Tuple

import torch
from torch import Tensor, nn


class Gaussian(nn.Module):
    """The posterior mean of N(mean of the class, 0.5^2) on x = (1 - t) data + t noise, at time 1000 t."""

    def __init__(self):
        super().__init__()
        self.means = nn.Parameter(torch.tensor([[1.0, 0.5], [-0.8, -0.6], [0.1, 0.2]]))
        # Saved in training mode: whoever serves it has to switch it to evaluation.
        self.dropout = nn.Dropout(0.5)

    def forward(self, x: Tensor, time: Tensor, label: Tensor) -> Tensor:
        sigma = (time / 1000).unsqueeze(1)
        alpha = 1 - sigma
        mean = self.means[label]
        gain = alpha * 0.25 / (alpha * alpha * 0.25 + sigma * sigma)
        return mean + gain * (self.dropout(x) - alpha * mean)


class Halves(nn.Module):
    """Takes whole times first, computes in bfloat16, and returns more than one tensor."""

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(0.5))

    def forward(self, time: Tensor, x: Tensor) -> Tuple[Tensor, Tensor]:
        assert time.dtype == torch.int64 and x.dtype == torch.bfloat16
        return x * self.scale + time.unsqueeze(1).to(x.dtype), x


class Narrow(nn.Module):
    def forward(self, x: Tensor, time: Tensor) -> Tensor:
        return x[:, :1]


class Infinite(nn.Module):
    def forward(self, x: Tensor, time: Tensor) -> Tensor:
        return x / 0


class Dictionary(nn.Module):
    def forward(self, x: Tensor, time: Tensor) -> Dict[str, Tensor]:
        return {"sample": x}


class Doubling(nn.Module):
    def forward(self, x: Tensor, time: Tensor) -> Tensor:
        return 2 * x + time.unsqueeze(1)


folder = sys.argv[1] + "/"
torch.jit.script(Gaussian().train()).save(folder + "gaussian.pt")
torch.jit.script(Halves().to(torch.bfloat16)).save(folder + "halves.pt")
torch.jit.script(Narrow()).save(folder + "narrow.pt")
torch.jit.script(Infinite()).save(folder + "infinite.pt")
torch.jit.script(Dictionary()).save(folder + "dictionary.pt")
torch.jit.trace(Doubling(), (torch.zeros(2, 2), torch.zeros(2))).save(folder + "traced.pt")
torch.save({"weight": torch.zeros(2)}, folder + "weights-only.pt")
