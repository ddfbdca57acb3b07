"""Checks the references on the toy problem, then writes feature_methods.safetensors:
a small generated problem with unequal shots and the expected results of the feature methods.

    OMP_NUM_THREADS=1 python feature_methods.py
"""
from __future__ import annotations

import json
import platform
from pathlib import Path

import numpy as np
import torch

import formulas as fm
import tensor_file
import toy_checks
import training as tr

CLASSES, DIM, SHOTS, QUERIES, PROMPTS = 7, 40, (3, 5, 2, 6, 4, 2, 5), 53, 3
STEPS = 10

PARAMETERS = {
    "zero_shot": {"scale": 100.0},
    "linear_probe": {"creg": 1.0, "strong_creg": 31.6},
    "clip_adapter": {"scale": 100.0, "ratio": 0.2, "hidden": 10, "lr": 0.002, "momentum": 0.9,
                     "weight_decay": 5e-4, "epochs": STEPS, "steps_per_epoch": 1, "warmup_lr": 1e-5},
    "tip_adapter": {"scale": 100.0, "alpha": 2.0, "beta": 5.5},
    "tip_adapter_f": {"scale": 100.0, "alpha": 1.0, "beta": 5.5, "lr": 1e-3, "eps": 1e-4, "weight_decay": 0.01,
                      "steps": STEPS},
    "tip_adapter_f_batches": {"batch": 10, "epochs": 3, "order": "stored rows, last batch of 7 kept"},
    "tip_x": {"scale": 100.0, "alpha": 1.0, "beta": 5.5, "gamma": 2.0, "tau": 0.5},
    "ape": {"scale": 100.0, "w0": 0.7, "w1": 0.3, "channels": 30, "alpha": 2.0, "beta": 3.0, "gamma": 0.5},
    "ape_t": {"scale": 100.0, "w0": 0.2, "w1": 0.8, "channels": 24, "alpha": 1.0, "beta": 5.5, "lr": 1e-3,
              "eps": 1e-3, "weight_decay": 0.1, "steps": STEPS},
}


def generated_problem() -> dict[str, np.ndarray]:
    """Class prototypes with noise; images and texts are shifted apart (the modality gap)."""
    rng = np.random.default_rng(20260)
    normal = lambda *shape: rng.standard_normal(shape) / np.sqrt(DIM)
    prototypes = 0.5 * normal(CLASSES, DIM) + 0.8 * normal(DIM)
    image_gap, text_gap = 1.2 * normal(DIM), 1.2 * normal(DIM)
    labels = rng.permutation(np.repeat(np.arange(CLASSES), SHOTS))
    query_labels = rng.integers(0, CLASSES, QUERIES)
    image = lambda y, noise: prototypes[y] + image_gap + noise * normal(len(y), DIM)
    raw = image(labels, 0.5) * rng.uniform(2.0, 3.0, (len(labels), 1))
    prompts = (prototypes + text_gap)[:, None, :] + 0.4 * normal(CLASSES, PROMPTS, DIM) + 0.6 * normal(CLASSES, 1, DIM)
    prompts *= rng.uniform(5.0, 9.0, (CLASSES, PROMPTS, 1))
    return {
        "support_features": fm.unit_rows(raw),
        "support_labels": labels.astype(np.int64),
        "text_features": fm.text_ensemble(prompts),
        "query_features": fm.unit_rows(image(query_labels, 0.6)),
        "query_labels": query_labels.astype(np.int64),
        "raw_support_features": raw,
        "prompt_features": prompts,
    }


def linear_probe(p: dict[str, np.ndarray], out: dict[str, np.ndarray]) -> None:
    Z, y, queries = p["raw_support_features"], p["support_labels"], p["query_features"]
    rng = np.random.default_rng(7)
    W0, b0 = 0.1 * rng.standard_normal((CLASSES, DIM)), 0.1 * rng.standard_normal(CLASSES)
    creg = PARAMETERS["linear_probe"]["creg"]
    gW, gb = fm.probe_gradient(W0, b0, Z, y, creg)
    out |= {"linear_probe.W0": W0, "linear_probe.b0": b0, "linear_probe.gradient_W": gW, "linear_probe.gradient_b": gb,
            "linear_probe.objective0": np.array([fm.probe_objective(W0, b0, Z, y, creg)])}
    for name, creg in (("linear_probe", creg), ("linear_probe_strong", PARAMETERS["linear_probe"]["strong_creg"])):
        W, b = fm.probe_newton(Z, y, CLASSES, creg)
        objective = fm.probe_objective(W, b, Z, y, creg)
        gW, gb = fm.probe_gradient(W, b, Z, y, creg)
        assert max(abs(gW).max(), abs(gb).max()) < 1e-10
        lbfgs, _, _ = tr.train_linear_probe(Z, y, CLASSES, creg, 1e-9)
        assert abs(lbfgs - objective) < 1e-9 * objective, (lbfgs, objective)
        out |= {f"{name}.objective": np.array([objective]), f"{name}.W": W, f"{name}.b": b,
                f"{name}.logits": queries @ W.T + b}


def clip_adapter(p: dict[str, np.ndarray], out: dict[str, np.ndarray]) -> None:
    q = PARAMETERS["clip_adapter"]
    h, rng = q["hidden"], np.random.default_rng(11)
    W1 = rng.uniform(-1, 1, (h, DIM)) / np.sqrt(DIM)
    W2 = rng.uniform(-1, 1, (DIM, h)) / np.sqrt(h)
    T, queries = p["text_features"], p["query_features"]
    losses, final = tr.train_clip_adapter(p["raw_support_features"], p["support_labels"], T, W1, W2,
                                          **{k: q[k] for k in ("ratio", "lr", "momentum", "weight_decay", "epochs")})
    out |= {"clip_adapter.W1": W1, "clip_adapter.W2": W2,
            "clip_adapter.initial_logits": fm.clip_adapter(queries, T, W1, W2, q["ratio"]),
            "clip_adapter.losses": losses, "clip_adapter.final_W1": final["W1"], "clip_adapter.final_W2": final["W2"],
            "clip_adapter.logits": fm.clip_adapter(queries, T, final["W1"], final["W2"], q["ratio"])}


def caches(p: dict[str, np.ndarray], out: dict[str, np.ndarray]) -> None:
    F, ys, T, f = p["support_features"], p["support_labels"], p["text_features"], p["query_features"]
    q = PARAMETERS["tip_adapter"]
    out["tip_adapter.logits"] = fm.tip_adapter(f, F, ys, T, q["alpha"], q["beta"])
    q = PARAMETERS["tip_adapter_f"]
    for name, batches in (("tip_adapter_f", None), ("tip_adapter_f_batches", tr.stored_order(len(F), 10, 3))):
        losses, final = tr.train_tip_adapter_f(F, ys, F, ys, T, **{k: v for k, v in q.items() if k != "scale"},
                                               batches=batches)
        out |= {f"{name}.losses": losses, f"{name}.keys": final["keys"],
                f"{name}.logits": fm.tip_adapter(f, final["keys"], ys, T, q["alpha"], q["beta"])}
    q = PARAMETERS["tip_x"]
    arguments = (f, F, ys, T, q["alpha"], q["beta"], q["gamma"], q["tau"])
    M, cosines = fm.divergence(F, F, T, q["tau"]), F @ F.T
    out |= {"tip_x.logits": fm.tip_x(*arguments, reference=F), "tip_x.transductive_logits": fm.tip_x(*arguments),
            "tip_x.divergence": fm.divergence(f, F, T, q["tau"]),
            "tip_x.ranges": np.array([M.min(), M.max(), cosines.min(), cosines.max()])}


def ape(p: dict[str, np.ndarray], out: dict[str, np.ndarray]) -> None:
    F, ys, T, f = p["support_features"], p["support_labels"], p["text_features"], p["query_features"]
    S, V = fm.ape_similarity(F, ys, T), fm.ape_variance(T)
    assert abs(S - fm.ape_similarity_loops(F, ys, T)).max() < 1e-15
    q = PARAMETERS["ape"]
    channels = fm.ape_channels(S, V, q["w0"], q["w1"], q["channels"])
    Fq, Tq = fm.unit_rows(F[:, channels]), fm.unit_rows(T[:, channels])
    out |= {"ape.similarity": S, "ape.variance": V, "ape.channels": channels.astype(np.int64),
            "ape.divergence": fm.ape_divergence(Fq, ys, Tq),
            "ape.logits": fm.ape(f, F, ys, T, channels, q["alpha"], q["beta"], q["gamma"])}
    q = PARAMETERS["ape_t"]
    S_text = fm.ape_similarity_text(T)
    channels = fm.ape_channels(S_text, V, q["w0"], q["w1"], q["channels"])
    out |= {"ape_t.similarity": S_text, "ape_t.channels": channels.astype(np.int64)}
    options = {k: q[k] for k in ("alpha", "beta", "lr", "eps", "weight_decay", "steps")}
    for name, decay_v in (("ape_t", False), ("ape_t_v_decayed", True)):
        losses, final = tr.train_ape_t(F, ys, F, ys, T, channels, decay_v=decay_v, **options)
        out |= {f"{name}.losses": losses, f"{name}.residual": final["residual"],
                f"{name}.row_weights": final["row_weights"],
                f"{name}.logits": fm.ape_t(f, F, ys, T, channels, final["residual"], final["row_weights"],
                                           q["alpha"], q["beta"])}


def ape_tiny(out: dict[str, np.ndarray]) -> None:
    """Similarity by the loops over pairs of rows of different classes on 3 classes with 1, 3, 2 rows."""
    rng = np.random.default_rng(3)
    T, F = fm.unit_rows(rng.standard_normal((3, 4))), fm.unit_rows(rng.standard_normal((6, 4)))
    ys = np.array([2, 1, 1, 0, 2, 1])
    out |= {"ape_tiny.text_features": T, "ape_tiny.support_features": F, "ape_tiny.support_labels": ys,
            "ape_tiny.similarity": fm.ape_similarity_loops(F, ys, T)}
    assert abs(out["ape_tiny.similarity"] - fm.ape_similarity(F, ys, T)).max() < 1e-15


def main() -> None:
    toy_checks.run()
    problem = generated_problem()
    out: dict[str, np.ndarray] = {}
    f, T = problem["query_features"], problem["text_features"]
    out["zero_shot.logits"] = fm.zero_shot(f, T)
    linear_probe(problem, out)
    clip_adapter(problem, out)
    caches(problem, out)
    ape(problem, out)
    ape_tiny(out)
    versions = {"python": platform.python_version(), "numpy": np.__version__, "torch": torch.__version__}
    metadata = {"parameters": json.dumps(PARAMETERS), "made_with": json.dumps(versions)}
    tensors = problem | out
    tensor_file.save(Path(__file__).with_suffix(".safetensors"), tensors, metadata)
    for name, value in tensors.items():
        hits = ""
        if name.endswith("logits"):
            hits = f"  {int((value.argmax(axis=1) == problem['query_labels']).sum())} of {QUERIES} correct"
        if name.endswith("losses"):
            hits = f"  {value[0]:.6f} -> {value[-1]:.6f}"
        print(f"{name:32s} {str(list(value.shape)):12s}{hits}")
    print(versions)


if __name__ == "__main__":
    main()
