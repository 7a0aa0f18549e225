"""Make the data of this lesson; nothing imports this file.

Four years of a weather station: the season, a few days' memory, and some noise; on a few days the barometer was away.

usage: python make.py    (writes data/ beside itself)
"""

from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
DAYS, AWAY = 1400, 9


def main() -> None:
    """Write data/station.csv."""
    draw = np.random.default_rng(3)
    season = np.cos(2 * np.pi * (np.arange(DAYS) - 200) / 365)
    drift = np.zeros(DAYS)
    for day in range(1, DAYS):
        drift[day] = 0.8 * drift[day - 1] + draw.normal(0, 1.6)
    temperature = 11 + 9 * season + drift
    humidity = np.clip(70 - 8 * season - 1.5 * drift + draw.normal(0, 6, DAYS), 15, 100)
    pressure = 1013 - 1.2 * drift + draw.normal(0, 5, DAYS)
    away = set(draw.choice(DAYS, AWAY, replace=False).tolist())
    rows = [
        f"{temperature[day]:.1f},{humidity[day]:.0f},{'' if day in away else format(pressure[day], '.1f')}"
        for day in range(DAYS)
    ]
    path = HERE / "data" / "station.csv"
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(["temperature,humidity,pressure", *rows]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
