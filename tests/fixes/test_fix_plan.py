from __future__ import annotations

import pytest

from tfwizard.facts import Place
from tfwizard.findings import Remedy
from tfwizard.fixes import CannotEdit
from tfwizard.fixes.plan import plan
from tfwizard.source_edits import RemoveArgument, SetArgument
from tfwizard.sources import Sources


def test_edits_are_grouped_by_file_and_made_on_the_staged_text(tmp_path):
    script, helper = tmp_path / "train.py", tmp_path / "model.py"
    script.write_text("m.fit(x, epochs=1)\n")
    helper.write_text("m.compile(loss=f)\n")
    sources = Sources(script)
    sources.stage(script, "import a\nm.fit(x, epochs=1)\n")
    remedy = Remedy(
        "Both",
        (
            SetArgument("fit", Place(str(script), 2), "epochs", "9"),
            RemoveArgument("compile", Place(str(helper), 1), "loss"),
        ),
    )
    new = {str(script): "import a\nm.fit(x, epochs=9)\n", str(helper): "m.compile()\n"}
    assert plan(sources, remedy) == new
    assert len(sources.steps) == 1
    assert helper.read_text() == "m.compile(loss=f)\n"
    sources.stage_all(new)
    assert sources.overlay() == new


def test_no_plan_without_edits_or_without_the_file(tmp_path):
    sources = Sources(tmp_path / "train.py")
    with pytest.raises(CannotEdit, match="by hand"):
        plan(sources, Remedy("Nothing", ()))
    gone = Remedy("Gone", (RemoveArgument("fit", Place(str(tmp_path / "no.py"), 1), "x"),))
    with pytest.raises(CannotEdit, match=r"no\.py cannot be read"):
        plan(sources, gone)
