"""What tfwizard itself needs of the machine and the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from tfwizard.checks.conflicts.conflict import Conflict, DoctorFacts
from tfwizard.checks.conflicts.registry import conflict
from tfwizard.facts import FolderFacts
from tfwizard.language import _

#: A session keeps the whole output of the script, and a trial a copy of it.
LITTLE = 200 * 2**20
#: With less than this, not even the journal of a session fits.
NOTHING = 2**20
#: What the data of several processes, and NCCL between GPUs, pass through: containers often give 64 MiB.
SHARED = 256 * 2**20


@conflict("folder-not-writable")
def folder_not_writable(facts: DoctorFacts) -> Iterator[Conflict]:
    """The folder of the sessions or that of temporary files cannot be written to."""
    for folder, variable in ((facts.machine.state, "XDG_STATE_HOME"), (facts.machine.temporary, "TMPDIR")):
        if folder.error:
            yield Conflict(
                "folder-not-writable", "error",
                _("{folder} cannot be written to: {error}", folder=folder.path, error=folder.error),
                _("tfwizard keeps its sessions and tries its fixes there."),
                {"folder": folder.path, "error": folder.error},
                advice=_("Give yourself the right to write there, or name another folder in {variable}.", variable=variable),
                subject=folder.path,
            )  # fmt: skip


@conflict("disk-full")
def disk_full(facts: DoctorFacts) -> Iterator[Conflict]:
    """Next to nothing is free where sessions or temporary files are kept."""
    for folder in dict.fromkeys((facts.machine.state, facts.machine.temporary)):
        if folder.error or folder.free is None or folder.free >= LITTLE:
            continue
        yield Conflict(
            "disk-full", "error" if folder.free < NOTHING else "warning",
            _("{free:.0f} MiB are free in {folder}", free=folder.free / 2**20, folder=folder.path),
            _("A session keeps the whole output of the script, and a trial a copy of the script."),
            {"folder": folder.path, "free": folder.free},
            advice=_("Remove what nobody needs; old sessions are folders in {folder}.", folder=facts.machine.state.path),
            subject=folder.path,
        )  # fmt: skip


@conflict("shared-memory")
def shared_memory(facts: DoctorFacts) -> Iterator[Conflict]:
    """/dev/shm cannot be written to, or is small beside several GPUs."""
    shared: FolderFacts | None = facts.machine.shared_memory
    if shared is None:
        return
    several = len(facts.gpus.devices) > 1
    if shared.error:
        title = _("{folder} cannot be written to: {error}", folder=shared.path, error=shared.error)
    elif several and shared.free is not None and shared.free < SHARED:
        title = _("{free:.0f} MiB are free in {folder}", free=shared.free / 2**20, folder=shared.path)
    else:
        return
    yield Conflict(
        "shared-memory", "warning", title,
        _("Training on several GPUs and datasets' num_proc pass data through it, and fail in the middle without it."),
        {"folder": shared.path, "free": shared.free, "error": shared.error or None},
        advice=_("In a container: docker run --shm-size=1g."),
    )  # fmt: skip


@conflict("locale-without-utf-8")
def locale_without_utf_8(facts: DoctorFacts) -> Iterator[Conflict]:
    """What is printed to the terminal is not UTF-8."""
    terminal = facts.machine.terminal
    if terminal.columns is None or terminal.encoding.lower().replace("-", "").replace("_", "") in ("utf8", ""):
        return
    yield Conflict(
        "locale-without-utf-8", "warning",
        _("The terminal's encoding is {encoding}, not UTF-8", encoding=terminal.encoding),
        _("The frames and signs of the screens come out as other characters."),
        {"encoding": terminal.encoding},
        advice=_("export LC_ALL=C.UTF-8, or use --plain."),
    )  # fmt: skip


@conflict("terminal-type")
def terminal_type(facts: DoctorFacts) -> Iterator[Conflict]:
    """TERM is not set, can only print, or is not that of the tmux or screen around it."""
    terminal = facts.machine.terminal
    if terminal.columns is None:
        return
    if terminal.term in ("", "dumb", "unknown"):
        title = _("TERM is {term}: this terminal can only print", term=repr(terminal.term))
        why, wanted = _("tfwizard then asks in plain text, without a screen."), "xterm-256color"
    elif terminal.multiplexer and not terminal.term.startswith(("tmux", "screen")):
        title = _("TERM is {term} inside {multiplexer}", term=terminal.term, multiplexer=terminal.multiplexer)
        why = _("Some keys and colours may come out wrong.")
        wanted = f"{terminal.multiplexer}-256color"
    else:
        return
    yield Conflict(
        "terminal-type", "advice", title, why, {"TERM": terminal.term, "multiplexer": terminal.multiplexer or None}, variables=(("TERM", wanted),),
    )  # fmt: skip
