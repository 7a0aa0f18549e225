"""Make the data of this lesson; nothing imports this file.

Wines of three growers, told apart by what a laboratory measured, each measure in its own unit; every draw is seeded.

usage: python make.py    (writes data/ beside itself)
"""

from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
ROWS = 600
#: Alcohol in %, colour, magnesium in mg/l, proline in mg/l.
MEANS = np.array([[13.7, 5.5, 106.0, 1110.0], [12.3, 3.1, 95.0, 520.0], [13.2, 7.4, 99.0, 630.0]])
SPREAD = np.array([0.45, 1.0, 12.0, 160.0])


def main() -> None:
    """Write data/wines.csv."""
    draw = np.random.default_rng(2)
    growers = draw.integers(0, len(MEANS), ROWS)
    measures = MEANS[growers] + SPREAD * draw.normal(size=(ROWS, 4))
    rows = [
        f"{alcohol:.2f},{colour:.2f},{magnesium:.0f},{proline:.0f},{grower}"
        for (alcohol, colour, magnesium, proline), grower in zip(measures, growers, strict=True)
    ]
    path = HERE / "data" / "wines.csv"
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(["alcohol,colour,magnesium,proline,grower", *rows]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
