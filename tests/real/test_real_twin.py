"""One batch again on the CPU: what XLA answers with NaN, as a GPU does, the CPU's plain operations say in words."""

from __future__ import annotations

import os
from pathlib import Path

from scripts import ONE_CLASS_SHORT

from tfwizard.session import Session
from tfwizard.session.resume import resume

#: Which GPUs each run of the script may see.
NOTES = "import os\nopen('seen', 'a').write(os.environ.get('CUDA_VISIBLE_DEVICES', 'unset') + '\\n')\n"


async def test_the_cpu_says_which_label_is_out_of_range(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text(NOTES + ONE_CLASS_SHORT.replace("{jit}", "True"))
    folder = tmp_path / "session"
    session = Session(script, cwd=tmp_path, folder=folder)
    try:
        await session.run()
        held = session.worker_pid
        before = session.run_state.facts
        assert before.nan and before.cpu_twin is None
        assert {row.why for row in before.nan.rows} == {None}
        await session.cpu_twin()
        twin = session.run_state.facts.cpu_twin
        assert twin is not None
        assert [row.row for row in twin.rows] == [row.row for row in before.nan.rows]
        assert twin.said[0].startswith("Received a label value of 4 which is outside the valid range of [0, 4)")
        assert twin.step is not None
        assert twin.step.error is not None
        assert (tmp_path / "seen").read_text().split() == [os.environ.get("CUDA_VISIBLE_DEVICES", "unset"), "-1"]
        assert (session.worker, session.worker_pid) == ("held", held)  # the run that is held stays as it was
    finally:
        await session.close()
    again = resume(folder)
    assert again.run_state.facts.cpu_twin == twin
    await again.close()
