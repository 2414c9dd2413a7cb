"""Records what numpy makes of the metrics' definitions: engine/src/test/resources/metrics/recorded.json.

Every interval is recomputed by really leaving each group out. Usage: python3 benchmarks/python/record_metrics.py
"""

import json
import os

import numpy as np

STUDENT_19 = 2.093024054408263  # two-sided 95% quantile, 19 degrees of freedom
SAMPLES, REFERENCE, WIDTH, CLASSES, GROUPS, NEIGHBOURS = 60, 80, 5, 3, 20, 3


def vectors(count, width, seed, shift):
    """Numbers that any language computes alike: exact in float32."""
    i = np.arange(count)[:, None]
    k = np.arange(width)[None, :]
    return (((i + 1) * (k + 2) * 7919 + (i * i + seed) * (k + 1) * 104729) % 1024) / 256.0 - 2 + shift


def frechet(x, y):
    c1, c2 = np.cov(x.T), np.cov(y.T)
    root = np.sqrt(np.maximum(np.linalg.eigvals(c1 @ c2).real, 0)).sum()
    return ((x.mean(0) - y.mean(0)) ** 2).sum() + np.trace(c1) + np.trace(c2) - 2 * root


def mmd(x, y, kernel):
    xx, yy, xy = kernel(x, x), kernel(y, y), kernel(x, y)
    m, n = len(x), len(y)
    return ((xx.sum() - np.trace(xx)) / (m * (m - 1)) + (yy.sum() - np.trace(yy)) / (n * (n - 1))
            - 2 * xy.mean())


def distances(x, y):
    return np.sqrt(((x[:, None, :] - y[None, :, :]) ** 2).sum(-1))


def polynomial(x, y):
    return (x @ y.T / x.shape[1] + 1) ** 3


def energy(x, y):
    return -distances(x, y)


def covered(points, manifold):
    radii = np.sort(distances(manifold, manifold), axis=1)[:, NEIGHBOURS]
    return (distances(points, manifold) <= radii[None, :] + 1e-12).any(axis=1).mean()


def wasserstein(x, y):
    x, y = np.repeat(np.sort(x[:, 0]), len(y)), np.repeat(np.sort(y[:, 0]), len(x))
    return np.sqrt(((x - y) ** 2).mean())


def jackknife(statistic, x):
    group = np.arange(len(x)) // CLASSES % GROUPS
    without = np.array([statistic(x[group != g]) for g in range(GROUPS)])
    half = STUDENT_19 * np.sqrt((GROUPS - 1) / GROUPS * ((without - without.mean()) ** 2).sum())
    return {"value": statistic(x), "half": half}


def main():
    x, y = vectors(SAMPLES, WIDTH, 3, 0.5), vectors(REFERENCE, WIDTH, 11, 0)
    u, v = x[:, :1], y[:, :1]
    recorded = {
        "frechet": jackknife(lambda s: frechet(s, y), x),
        "polynomial": jackknife(lambda s: mmd(s, y, polynomial), x),
        "energy": jackknife(lambda s: mmd(s, y, energy), x),
        "precision": {"value": covered(x, y)},
        "recall": jackknife(lambda s: covered(y, s), x),
        "wasserstein": jackknife(lambda s: wasserstein(s, v), u),
    }
    target = os.path.join(os.path.dirname(__file__), "../../engine/src/test/resources/metrics/recorded.json")
    with open(target, "w", encoding="utf-8") as file:
        json.dump(recorded, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
