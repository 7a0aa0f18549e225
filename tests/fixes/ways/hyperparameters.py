"""Ways of writing for learning rates, their schedules and eager steps."""

from __future__ import annotations

from dataclasses import replace

from checks.plain_facts import SOUND, at, curve, sweep
from fixes.ways.model import Fault, Way

from tfwizard.facts import EagerFacts, Facts, RatesFacts, ScheduleFacts, SweepFacts


def too_high(**changes: object) -> Facts:
    assert SOUND.hyperparameters
    curves = sweep(curve(1e-3, 1.1, 1.1, 1.2), curve(5e-5, 1.1, 0.3, 0.1), curve(1e-5, 1.1, 1.0, 0.9))
    hyper = replace(SOUND.hyperparameters, learning_rate=1e-3, **changes)  # type: ignore[arg-type]
    return replace(SOUND, hyperparameters=hyper, rates=RatesFacts(curves))


def too_low() -> Facts:
    assert SOUND.hyperparameters
    curves = (curve(1e-7, 1.6, 1.6, 1.6, 1.6), curve(1e-3, 1.6, 1.1, 0.4, 0.3))
    hyper = replace(
        SOUND.hyperparameters, learning_rate=1e-7, loaded_from=None, transformer=False, usual=(1e-4, 1e-2), total_steps=250
    )  # fmt: skip
    return replace(SOUND, hyperparameters=hyper, rates=RatesFacts(SweepFacts(curves, 4, 64, 1e-7, None, 1.6, 2)))


def over_early() -> Facts:
    assert SOUND.training
    points = tuple((step * 10, rate) for step, rate in enumerate([1e-4, 5e-5, *[0.0] * 8]))
    schedule = ScheduleFacts(
        "PolynomialDecay", 100, points, 20, 0.0, "PolynomialDecay", "decay_steps", "20", 100, at(9)
    )
    return replace(SOUND, training=replace(SOUND.training, schedule=schedule))


def eager(function: str = "compile", line: int = 22) -> Facts:
    assert SOUND.training
    return replace(SOUND, training=replace(SOUND.training, eager=EagerFacts(function, at(line))))


FAULTS = (
    Fault(
        "learning-rate-too-high", too_high,
        (
            Way("a = Adam(1e-3); opt = «optimizer»tf.keras.optimizers.Adam(1e-3, 0.9)\n", (("optimizers.Adam(1e-3", "optimizers.Adam(5e-5"),)),
            Way("import argparse\n\np = argparse.ArgumentParser()\np.add_argument('lr', type=float, nargs='?', default=1e-3)  # é\nargs = p.parse_args()\n\n\n"
                "def main(args):\n\topt = «optimizer»Adam(\n\t\tlearning_rate=args.lr,\n\t)\n\tprint(f'rate {args.lr}')\n\n\nmain(args)\n", (("default=1e-3", "default=5e-5"),), crlf=True),
            Way("from dataclasses import dataclass, field\n\n\n@dataclass\nclass Config:\n    lr: float = field(default=1e-3)\n\n\ndef build(cfg):\n    return «optimizer»Adam(cfg.lr)\n\n\nbuild(Config())\n", (("1e-3", "5e-5"),)),
            Way("cfg = {'opt': {'rate': 1e-3}, 'lr': 2}\nrate = cfg['opt']['rate']\nopt = «optimizer»Adam(rate)\n", (("1e-3", "5e-5"),)),
            Way("class Run:\n    LR = 1e-3\n\n    def build(self):\n        return «optimizer»getattr(tf.keras.optimizers, 'Adam')(self.LR)\n", (("1e-3", "5e-5"),)),
            Way("def build(lr):\n    return «optimizer»Adam(learning_rate=lr)\n\n\na, b = build(1e-3), build(1e-2)\n", (("learning_rate=lr", "learning_rate=5e-5"),)),
            Way("from functools import partial\nmake = partial(Adam, 1e-3, beta_1=0.9)\nm.compile(optimizer=(opt := «optimizer»make()))\n", (("1e-3", "5e-5"),)),
            Way("from transformers import create_optimizer\nopt, schedule = «optimizer»create_optimizer(1e-3, 100, num_warmup_steps=10)\n", (("1e-3", "5e-5"),)),
            Way("import click\n\n\n@click.command()\n@click.option('--lr', default=1e-3)\ndef main(lr):\n    opt = «optimizer»Adam(lr)\n\n\nif __name__ == '__main__': main()\n", (("1e-3", "5e-5"),)),
            Way("from absl import flags\nflags.DEFINE_float('lr', 1e-3, 'é')\nFLAGS = flags.FLAGS\nopt = «optimizer»Adam(FLAGS.lr)\n", (("1e-3", "5e-5"),)),
            Way("import tensorflow as tf\nopt = «optimizer»tf.keras.optimizers.get('adam')\n«compile»model.compile(opt)\n", refused="makes the `Adam` by"),
        ),
    ),
    Fault(
        "learning-rate-too-high", too_high, remedy=1,
        ways=(
            Way("import tensorflow as tf\nopt = «optimizer»tf.keras.optimizers.get('adam')\n«compile»model.compile(opt)\n",
                (("as tf\n", "as tf\nfrom tf_keras.optimizers import Adam\n"), ("tf.keras.optimizers.get('adam')", "Adam(5e-5)"))),
        ),
    ),
    Fault(
        "learning-rate-too-low", too_low,
        (
            Way("LR = 1e-7\nopt = «optimizer»Adam(LR)\nother = SGD(0.1)\n", (("1e-7", "0.001"),)),
            Way("def build():\n\treturn «optimizer»keras.optimizers.legacy.Adam(\n\t\tlearning_rate = 1e-7 , # é\n\t)\n", (("1e-7", "0.001"),), crlf=True),
            Way("opts = dict(learning_rate=1e-7)\nwith strategy.scope():\n    opt = «optimizer»Adam(epsilon=1e-8, **opts)\n", (("1e-7", "0.001"),)),
            Way("opt = \\\n    «optimizer»Adam()\n", (("Adam()", "Adam(learning_rate=0.001)"),)),
        ),
    ),
    Fault(
        "eager-left-on", eager,
        (
            Way("«compile»model.compile('adam', run_eagerly=True, loss='mse')\n", (("run_eagerly=True, ", ""),)),
            Way("DEBUG = True\n«compile»model.compile(\n\t'adam',\n\trun_eagerly=DEBUG,  # é\n)\n", (("\trun_eagerly=DEBUG,  # é\n", ""),), crlf=True),
            Way("how = {'optimizer': 'adam', 'run_eagerly': True}\n«compile»model.compile(**how)\n", ((", 'run_eagerly': True", ""),)),
        ),
    ),
    Fault(
        "eager-left-on", lambda: eager("run_functions_eagerly", 9),
        (Way("«thing»tf.config.run_functions_eagerly(run_eagerly=True)\n", (("=True", "=False"),)),),
    ),
    Fault(
        "schedule-mismatch", over_early,
        (
            Way("schedule = «thing»PolynomialDecay(1e-4, 20, 0.0)\n", (("20", "100"),)),
            Way("STEPS = len(train) // 8\nschedule = «thing»tf.keras.optimizers.schedules.PolynomialDecay(\n\tinitial_learning_rate=1e-4,\n\tdecay_steps=STEPS,  # é\n)\n", (("len(train) // 8", "100"),), crlf=True),
            Way("opt = Adam(«thing»PolynomialDecay(1e-4, decay_steps=epochs * 2))\n«fit»model.fit(x)\n", (("epochs * 2", "100"),)),
        ),
    ),
)  # fmt: skip
