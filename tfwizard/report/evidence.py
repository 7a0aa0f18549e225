"""The evidence of a finding in words. It is plain data, its names the same in every language."""

from __future__ import annotations

import json

from tfwizard.foreign import clean
from tfwizard.language import N_, _
from tfwizard.report.words import number

LONGEST_EVIDENCE = 400

#: The names that are more than the name of something in a script, with spaces for their underscores.
NAMES = frozenset({
    N_("accuracy"), N_("accuracy over chance tokenized alone"), N_("accuracy over chance with unused"),
    N_("all batches the same"), N_("applied"), N_("asked"), N_("asked for"), N_("available"), N_("axes"),
    N_("batch error"), N_("batch size"), N_("batches"), N_("batches before repeat"), N_("batches seen"),
    N_("batches with one distinct row"), N_("batches without a label"), N_("before the run"), N_("best"),
    N_("best end"), N_("best epoch"), N_("built with cuda"), N_("call"), N_("calls"), N_("candidates"), N_("chance"),
    N_("checkpoint is"), N_("class"), N_("class with a head"), N_("classes"), N_("classes from"),
    N_("classes in the labels"), N_("column"), N_("columns"), N_("connected"), N_("contradictions"),
    N_("counted with numpy"), N_("counts"), N_("dataset"), N_("death"), N_("deviations above permuted labels"),
    N_("device"), N_("device bytes"), N_("devices first used"), N_("differ"), N_("different labels"), N_("distinct"),
    N_("distinct rows"), N_("driver"), N_("embedding rows"), N_("empty"), N_("end"), N_("ended the script"),
    N_("entropy"), N_("entropy of the labels"), N_("entropy when shuffled"), N_("entropy within batches"),
    N_("epoch"), N_("epochs"), N_("equal"), N_("equals the labels"), N_("error"), N_("every"),
    N_("everything compared"), N_("example"), N_("examples"), N_("exit code"), N_("expected"), N_("explains"),
    N_("failed call"), N_("fails without pad token id"), N_("file"), N_("first batches"), N_("first layer"),
    N_("first loss"), N_("first such batch"), N_("fits"), N_("folder"), N_("found"), N_("fractional"),
    N_("free bytes"), N_("from logits"), N_("function"), N_("given"), N_("given as"), N_("gradient calls"),
    N_("gradient norm as compiled"), N_("gradient norm on logits"), N_("gradient over weight"), N_("groups"),
    N_("grows with rows to the"), N_("hidden"), N_("highest"), N_("highest later"), N_("in call"), N_("input"),
    N_("inputs"), N_("inputs finite"), N_("its loss"), N_("keras raises"), N_("keys that are no label"),
    N_("label shape"), N_("label there"), N_("labels"), N_("labels apart"), N_("labels are"), N_("labels dtype"),
    N_("labels of the largest group"), N_("labels outside"), N_("labels range"), N_("labels seen"),
    N_("labels shape"), N_("labels without weight"), N_("largest bytes"), N_("largest change of a logit with it"),
    N_("largest change of a logit with the mask"), N_("largest id"), N_("largest label"), N_("largest tensor"),
    N_("last call"), N_("last clean step"), N_("layer"), N_("layers"), N_("learning rate"), N_("length"),
    N_("likely column"), N_("limit"), N_("line"), N_("loaded from"), N_("logged"), N_("longest"), N_("loss"),
    N_("loss as compiled"), N_("loss at start"), N_("loss of the batch"), N_("loss on logits"),
    N_("loss on raw inputs"), N_("loss on standardised inputs"), N_("loss raises"), N_("loss without padding"),
    N_("losses"), N_("lowest"), N_("lowest possible loss"), N_("majority"), N_("masked labels"), N_("maximum"),
    N_("mean"), N_("mean loss"), N_("message"), N_("metric"), N_("metrics"), N_("minimum"), N_("minimum rank"),
    N_("missing"), N_("model"), N_("model frozen"), N_("model has pad token id"), N_("model is"), N_("model keras"),
    N_("model on its own half"), N_("model on the other half"), N_("model reads"), N_("monitor"), N_("name"),
    N_("names"), N_("nearest"), N_("needed"), N_("new name"), N_("noise"), N_("not tried"), N_("now trainable"),
    N_("objects"), N_("of"), N_("of one class"), N_("on this batch"), N_("one step"), N_("one step raises"),
    N_("operation"), N_("operations"), N_("optimizer"), N_("optimizers made"), N_("other files"), N_("other rates"),
    N_("outcome"), N_("output"), N_("output shape"), N_("outputs"), N_("padded"), N_("padded positions in the loss"),
    N_("padding told by"), N_("path"), N_("peak bytes"), N_("positions"), N_("positions in the loss"),
    N_("positions needed"), N_("predictions"), N_("predicts"),
    N_("probability that chance hides a relation this well"), N_("processes"), N_("proposed"), N_("raises"),
    N_("rank"), N_("rate"), N_("rate at the end"), N_("rates"), N_("row numbers"), N_("row sums"), N_("rows"),
    N_("rows before"), N_("rows outside"), N_("rows read"), N_("rows seen"),
    N_("rows whose text has another label elsewhere"), N_("runs without them"), N_("said"), N_("samples"),
    N_("samples of the batch without a loss"), N_("saturated"), N_("saturated on standardised inputs"),
    N_("schedule"), N_("second"), N_("sees only what came before"), N_("set by"), N_("shape"), N_("share"),
    N_("share in lower case"), N_("share missing"), N_("share of zeros"), N_("shared"), N_("shuffle buffer"),
    N_("smallest id"), N_("source"), N_("standard deviation"), N_("stands for"), N_("step"), N_("step loss"),
    N_("step of epoch"), N_("steps"), N_("steps of the training"), N_("structure"), N_("sweep"), N_("sweep steps"),
    N_("takes"), N_("tensorflow gpus"), N_("tensors"), N_("tokenized"), N_("traced"), N_("training rows"),
    N_("training rows with a twin"), N_("tried"), N_("type"), N_("unbatched"), N_("unknown"), N_("unread"),
    N_("unused"), N_("updates"), N_("user frames"), N_("usual range"), N_("validation accuracy"),
    N_("validation loss"), N_("validation rows"), N_("validation steps"), N_("value"), N_("values"), N_("variables"),
    N_("weights"), N_("weights moved"), N_("weights not finite"), N_("what"), N_("whole training set"), N_("why"),
    N_("width"), N_("without gradient"), N_("words"), N_("words tried in lower case"), N_("works"),
})  # fmt: skip


def evidence_name(name: str) -> str:
    """A name of the evidence, for people."""
    words = name.replace("_", " ")
    return _(words) if words in NAMES else words


def evidence_text(value: object) -> str:
    """One value of the evidence, short."""
    if isinstance(value, str):
        text = value
    elif value is None or isinstance(value, bool):
        text = {None: _("none"), True: _("yes"), False: _("no")}[value]
    elif isinstance(value, float):
        text = number(value)
    elif isinstance(value, (list, tuple)) and all(isinstance(each, (str, int, float)) for each in value):
        text = ", ".join(number(each) if isinstance(each, float) else str(each) for each in value)
    else:
        text = json.dumps(value, ensure_ascii=False, default=str)
    text = clean(text)
    return text if len(text) <= LONGEST_EVIDENCE else text[:LONGEST_EVIDENCE] + " …"
