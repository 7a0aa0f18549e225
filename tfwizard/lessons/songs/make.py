"""Make the data and the checkpoint of this lesson; nothing imports this file.

Spectra of birdsong: each species has its own few tones. A network is trained on twelve species and saved without its last layer;
the lesson's own data are four others. Every draw is seeded.

usage: python make.py    (writes data/ and checkpoint/ beside itself)
"""

from pathlib import Path

import numpy as np
import tf_keras as keras

HERE = Path(__file__).resolve().parent
BANDS, EARLIER, SPECIES = 48, 12, 4


def spectra(tones: np.ndarray, kinds: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """One spectrum a row: the tones of its species, shifted a little, and noise."""
    shift = draw.normal(0, 0.8, (len(kinds), 1))
    bands = np.arange(BANDS)
    peaks = np.exp(-0.5 * ((bands[None, None] - tones[kinds][..., None] - shift[..., None]) / 1.2) ** 2)
    return (peaks.sum(axis=1) + draw.normal(0, 0.15, (len(kinds), BANDS))).astype("float32")


def main() -> None:
    """Write data/songs.npz and checkpoint/listener.h5."""
    keras.utils.set_random_seed(5)
    draw = np.random.default_rng(5)
    tones = draw.uniform(3, BANDS - 3, (EARLIER + SPECIES, 3))
    kinds = draw.integers(0, EARLIER, 3000)
    listener = keras.Sequential(
        [
            keras.layers.Input((BANDS,)),
            keras.layers.Dense(48, activation="relu"),
            keras.layers.Dense(24, activation="relu"),
        ],
        name="listener",
    )
    whole = keras.Sequential([listener, keras.layers.Dense(EARLIER, activation="softmax")])
    whole.compile(keras.optimizers.Adam(0.005), "sparse_categorical_crossentropy", metrics=["accuracy"])
    whole.fit(spectra(tones, kinds, draw), kinds, batch_size=32, epochs=6, verbose=2)
    own = draw.integers(0, SPECIES, 320)
    (HERE / "data").mkdir(exist_ok=True)
    (HERE / "checkpoint").mkdir(exist_ok=True)
    songs = spectra(tones, own + EARLIER, draw)
    np.savez_compressed(HERE / "data" / "songs.npz", songs=songs.astype("float16"), species=own.astype("uint8"))
    listener.save(HERE / "checkpoint" / "listener.h5", include_optimizer=False)


if __name__ == "__main__":
    main()
