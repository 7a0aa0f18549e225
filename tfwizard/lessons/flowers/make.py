"""Make the data of this lesson; nothing imports this file.

Three kinds of flowers, each with its own mean size of petals and sepals, overlapping a little; every draw is seeded.

usage: python make.py    (writes data/ beside itself)
"""

from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
ROWS = 600
#: Sepal length and width, petal length and width, in centimetres.
MEANS = np.array([[5.0, 3.4, 1.5, 0.3], [5.9, 2.8, 4.3, 1.3], [6.6, 3.0, 5.5, 2.0]])
SPREAD = np.array([0.35, 0.30, 0.35, 0.20])


def main() -> None:
    """Write data/flowers.csv."""
    draw = np.random.default_rng(1)
    kinds = draw.integers(0, len(MEANS), ROWS)
    sizes = MEANS[kinds] + SPREAD * draw.normal(size=(ROWS, 4))
    rows = [",".join(f"{value:.2f}" for value in row) + f",{kind}" for row, kind in zip(sizes, kinds, strict=True)]
    path = HERE / "data" / "flowers.csv"
    path.parent.mkdir(exist_ok=True)
    path.write_text(
        "\n".join(["sepal_length,sepal_width,petal_length,petal_width,kind", *rows]) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
