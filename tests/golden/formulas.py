"""Training-free formulas in NumPy float64, written for clarity and not for speed.

Rows are samples. f: query features, F: support features, ys: support labels,
T: class text features, s: logit scale.
"""
from __future__ import annotations

import numpy as np

Array = np.ndarray


def unit_rows(x: Array) -> Array:
    return x / np.sqrt((x * x).sum(axis=-1, keepdims=True))


def log_softmax(x: Array) -> Array:
    shifted = x - x.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def cross_entropy(logits: Array, labels: Array) -> float:
    return float(-log_softmax(logits)[np.arange(len(labels)), labels].mean())


def segment_sum(columns: Array, ys: Array, classes: int) -> Array:
    """[n, N] -> [n, C]: add the columns of equal label."""
    out = np.zeros((columns.shape[0], classes))
    for i, label in enumerate(ys):
        out[:, label] += columns[:, i]
    return out


# ---------------------------------------------------------------- zero shot
def text_ensemble(prompts: Array) -> Array:
    """[C, P, D] raw prompt embeddings -> [C, D] unit rows; normalised before and after the mean."""
    return unit_rows(unit_rows(prompts).mean(axis=1))


def zero_shot(f: Array, T: Array, s: float = 100.0) -> Array:
    return s * f @ T.T


# ------------------------------------------------------------- linear probe
def probe_objective(W: Array, b: Array, Z: Array, y: Array, creg: float) -> float:
    return 0.5 * float((W * W).sum()) + creg * len(y) * cross_entropy(Z @ W.T + b, y)


def probe_gradient(W: Array, b: Array, Z: Array, y: Array, creg: float) -> tuple[Array, Array]:
    residual = np.exp(log_softmax(Z @ W.T + b))
    residual[np.arange(len(y)), y] -= 1.0
    return creg * residual.T @ Z + W, creg * residual.sum(axis=0)


def probe_newton(Z: Array, y: Array, classes: int, creg: float, tolerance: float = 1e-12) -> tuple[Array, Array]:
    """Damped Newton from zero. The intercept's constant shift is a null direction:
    the least-norm step keeps the sum of the intercepts at 0."""
    n, D = Z.shape
    X = np.hstack([Z, np.ones((n, 1))])
    W, b = np.zeros((classes, D)), np.zeros(classes)
    ridge = np.diag(np.tile(np.append(np.ones(D), 0.0), classes))
    for _ in range(200):
        gW, gb = probe_gradient(W, b, Z, y, creg)
        if max(abs(gW).max(), abs(gb).max()) < tolerance:
            break
        P = np.exp(log_softmax(Z @ W.T + b))
        hessian = ridge.copy()
        for i in range(n):
            curvature = creg * (np.diag(P[i]) - np.outer(P[i], P[i]))
            hessian += np.kron(curvature, np.outer(X[i], X[i]))
        g = np.hstack([gW, gb[:, None]]).ravel()
        step = np.linalg.lstsq(hessian, g, rcond=1e-13)[0].reshape(classes, D + 1)
        before, size = probe_objective(W, b, Z, y, creg), 1.0
        while size > 1e-3 and probe_objective(W - size * step[:, :D], b - size * step[:, D], Z, y, creg) > before + 1e-12:
            size *= 0.5
        W, b = W - size * step[:, :D], b - size * step[:, D]
    return W, b - b.mean()


# ------------------------------------------------------------- clip adapter
def clip_adapter(x: Array, T: Array, W1: Array, W2: Array, ratio: float, s: float = 100.0) -> Array:
    adapted = np.maximum(np.maximum(x @ W1.T, 0.0) @ W2.T, 0.0)
    return zero_shot(unit_rows(ratio * adapted + (1.0 - ratio) * x), T, s)


# ------------------------------------------------------ tip adapter and tip_x
def affinity(f: Array, F: Array, beta: float) -> Array:
    return np.exp(-beta * (1.0 - f @ F.T))


def tip_adapter(f: Array, F: Array, ys: Array, T: Array, alpha: float, beta: float, s: float = 100.0) -> Array:
    return zero_shot(f, T, s) + alpha * segment_sum(affinity(f, F, beta), ys, len(T))


def divergence(f: Array, F: Array, T: Array, tau: float) -> Array:
    """KL divergence of every query signature from every support signature, double loop."""
    q, S = log_softmax(f @ T.T / tau), log_softmax(F @ T.T / tau)
    M = np.empty((len(f), len(F)))
    for b in range(len(f)):
        for i in range(len(F)):
            M[b, i] = (np.exp(q[b]) * (q[b] - S[i])).sum()
    return M


def tip_x(f: Array, F: Array, ys: Array, T: Array, alpha: float, beta: float, gamma: float,
          tau: float = 0.5, reference: Array | None = None, s: float = 100.0) -> Array:
    """reference: rows on which the rescaling (range of divergences and of cosines against F) is
    measured; the queries themselves give the transductive form, the support the inductive one."""
    reference = f if reference is None else reference
    M, cosines = divergence(reference, F, T, tau), reference @ F.T
    low, high = cosines.min(), cosines.max()
    rescaled = (divergence(f, F, T, tau) - M.min()) / (M.max() - M.min()) * (high - low) + low
    return tip_adapter(f, F, ys, T, alpha, beta, s) - gamma * segment_sum(rescaled, ys, len(T))


# ---------------------------------------------------------------------- ape
def class_sums(F: Array, ys: Array, T: Array) -> tuple[Array, Array]:
    """Per class the sum of its text row and its support rows, and the number of these rows."""
    g, m = T.copy(), np.ones(len(T))
    for row, label in zip(F, ys):
        g[label] += row
        m[label] += 1.0
    return g, m


def ape_similarity(F: Array, ys: Array, T: Array) -> Array:
    """Mean product of two rows of different classes, per channel, closed form."""
    g, m = class_sums(F, ys, T)
    pairs = m.sum() ** 2 - (m * m).sum()
    return (g.sum(axis=0) ** 2 - (g * g).sum(axis=0)) / pairs


def ape_similarity_loops(F: Array, ys: Array, T: Array) -> Array:
    """The same by its definition: classes i != j, all rows m of i and m' of j."""
    groups = [[T[c]] + [row for row, label in zip(F, ys) if label == c] for c in range(len(T))]
    total, pairs = np.zeros(T.shape[1]), 0
    for i, first in enumerate(groups):
        for j, second in enumerate(groups):
            if i == j:
                continue
            for a in first:
                for b in second:
                    total += a * b
                    pairs += 1
    return total / pairs


def ape_similarity_text(T: Array) -> Array:
    return ape_similarity(np.zeros((0, T.shape[1])), np.zeros(0, dtype=int), T)


def ape_variance(T: Array) -> Array:
    return T.var(axis=0, ddof=1)


def ape_channels(similarity: Array, variance: Array, w0: float, w1: float, Q: int) -> Array:
    """The Q channels of largest criterion, best first; equal values by lower index."""
    return np.argsort(-(-w0 * similarity + w1 * variance), kind="stable")[:Q]


def ape_divergence(F: Array, ys: Array, T: Array) -> Array:
    """k_i in bits; F and T restricted to the kept channels and re-normalised."""
    P = np.exp(log_softmax(F @ T.T))
    one_hot = np.eye(len(T))[ys]
    return (one_hot * np.log2((one_hot + 1e-6) / (P + 1e-6))).sum(axis=1)


def ape(f: Array, F: Array, ys: Array, T: Array, channels: Array, alpha: float, beta: float,
        gamma: float, s: float = 100.0) -> Array:
    fq, Fq, Tq = (unit_rows(x[:, channels]) for x in (f, F, T))
    weights = np.exp(gamma * ape_divergence(Fq, ys, Tq))
    return zero_shot(f, T, s) + alpha * segment_sum(affinity(fq, Fq, beta) * weights, ys, len(T))


def ape_t(f: Array, F: Array, ys: Array, T: Array, channels: Array, residual: Array, row_weights: Array,
          alpha: float, beta: float, s: float = 100.0) -> Array:
    keys, texts = F.copy(), T.copy()
    keys[:, channels] += residual[ys]
    texts[:, channels] += residual
    return zero_shot(f, texts, s) + alpha * segment_sum(affinity(f, keys, beta) * row_weights, ys, len(T))
