"""Make the data of this lesson; nothing imports this file.

Small drawings, made one kind after the other as one draws them: all squares, all crosses, all rings, all stripes.

usage: python make.py    (writes data/ beside itself)
"""

from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
SIZE, OF_EACH = 12, 160


def drawing(kind: int, draw: np.random.Generator) -> np.ndarray:
    """One drawing: `SIZE` × `SIZE` bytes."""
    grid = np.zeros((SIZE, SIZE))
    top, left = draw.integers(1, 4, 2)
    size = draw.integers(5, 8)
    part = grid[top : top + size, left : left + size]
    if kind == 0:
        part[:] = 1
    elif kind == 1:
        part[size // 2, :] = part[:, size // 2] = 1
    elif kind == 2:
        part[0, :] = part[-1, :] = part[:, 0] = part[:, -1] = 1
    else:
        part[::2, :] = 1
    return np.clip(grid * 200 + draw.normal(20, 12, grid.shape), 0, 255).astype("uint8")


def main() -> None:
    """Write data/shapes.npz."""
    draw = np.random.default_rng(4)
    kinds = np.repeat(np.arange(4), OF_EACH)
    images = np.stack([drawing(kind, draw) for kind in kinds])
    (HERE / "data").mkdir(exist_ok=True)
    np.savez_compressed(HERE / "data" / "shapes.npz", images=images, kinds=kinds.astype("uint8"))


if __name__ == "__main__":
    main()
