"""Ways of writing for callbacks."""

from __future__ import annotations

from dataclasses import replace

from checks.plain_facts import SOUND, at
from fixes.ways.model import Fault, Way

from tfwizard.facts import ErrorFacts, Facts, MonitorFacts, SavingFacts


def not_logged() -> Facts:
    assert SOUND.training
    one = MonitorFacts("EarlyStopping", "val_acc", at(9), "val_accuracy")
    return replace(SOUND, training=replace(SOUND.training, monitors=(one,)))


def not_savable(**changes: object) -> Facts:
    assert SOUND.training
    error = ErrorFacts("ValueError", "boom", "boom")
    one = SavingFacts("ModelCheckpoint", "best.h5", error, False, at(9), "filepath", "best.keras", True)
    one = replace(one, **changes)  # type: ignore[arg-type]
    return replace(SOUND, training=replace(SOUND.training, checkpoints=(one,)))


FAULTS = (
    Fault(
        "monitor-not-logged", not_logged,
        (
            Way("calls = [ReduceLROnPlateau('val_acc'), «thing»EarlyStopping('val_acc', patience=2)]\n", (("EarlyStopping('val_acc'", 'EarlyStopping("val_accuracy"'),)),
            Way("MONITOR = 'val_acc'  # é\n\n\ndef stop():\n\treturn «thing»tf.keras.callbacks.EarlyStopping(\n\t\tpatience=2,\n\t\tmonitor=MONITOR,\n\t)\n", (("'val_acc'", '"val_accuracy"'),), crlf=True),
            Way("watch = 'val_acc'\nstop, best = «thing»EarlyStopping(watch), ModelCheckpoint('x', watch)\n", (("EarlyStopping(watch)", 'EarlyStopping("val_accuracy")'),)),
            Way("model.fit(x, callbacks=[«thing»EarlyStopping(patience=1)])\n", (("patience=1", 'patience=1, monitor="val_accuracy"'),)),
        ),
    ),
    Fault(
        "checkpoint-not-savable", not_savable,
        (
            Way("best = «thing»ModelCheckpoint('best.h5', 'val_loss')\n", (("'best.h5'", "'best.keras'"),)),
            Way("BEST = 'best.h5'\nprint('to', BEST)\nbest = «thing»ModelCheckpoint(\n\tfilepath=BEST,  # é\n\tsave_best_only=True,\n)\n", (("'best.h5'", "'best.keras'"),), crlf=True),
            Way("p.add_argument('--out', default='best.h5')\nargs = vars(p.parse_args())\nbest = «thing»keras.callbacks.ModelCheckpoint(args['out'])\n", (("'best.h5'", "'best.keras'"),)),
        ),
    ),
    Fault(
        "checkpoint-not-savable", lambda: not_savable(literal=False),
        (Way("best = «thing»ModelCheckpoint(folder / 'best.h5', verbose=1)\n", (("folder / 'best.h5'", "str(folder / 'best.h5').replace(\".h5\", \".keras\")"),)),),
    ),
    Fault(
        "checkpoint-not-savable", lambda: not_savable(argument="save_weights_only", value="True"),
        (
            Way("best = «thing»ModelCheckpoint('best.weights.h5', 'loss', 0, True, False)\n", (("True, False", "True, True"),)),
            Way("best = «thing»ModelCheckpoint(**how)\n", (("**how", '**{**how, "save_weights_only": True}'),)),
        ),
    ),
)  # fmt: skip
