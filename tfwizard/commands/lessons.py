"""The lessons: their list, and the copy of one that a learner works on."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from tfwizard.commands.exit_codes import Exit
from tfwizard.commands.options import folder_option, lessons_option, python_option, screen_options, teach_option
from tfwizard.commands.terminal import columns
from tfwizard.commands.translated_click import Command, PathType, argument, option
from tfwizard.commands.wizard import begin
from tfwizard.language import N_, _


class _Demo(Command):
    """Its help page shows what a lesson is made of, line by line as it stands here."""

    FOLDER = N_(
        """\
A lesson of your own needs no code:

  lesson.toml     title = "Penguins"                       # gives nothing away
                  level = 2                                # 1 to 9
                  learned = "Look at the labels first."    # for --list
                  story = "What the script is to do."
                  faults = ["num-labels-too-small"]        # what check finds
                  script = "train.py"
                  [fr]                                     # the same in French
  train.py        the script, and beside it the files that it reads
  make.py         makes those files          } neither is
  solution.py     the script as it should be } copied"""
    )

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The lines, without wrapping them."""
        formatter.write(f"\n{_(self.FOLDER)}\n")


@click.command(cls=_Demo)
@argument("lesson", default="mnli")
@option(
    "--into",
    type=PathType(file_okay=False, path_type=Path),
    help=N_("The folder to copy to (default: ./tfwizard-demo, or ./tfwizard-demo-LESSON for another than mnli)."),
)
@option("--list", "listed", is_flag=True, help=N_("The lessons there are, easy ones first."))
@option("--json", "as_json", is_flag=True, help=N_("With --list: as JSON (schema tfwizard-lessons/1)."))
@lessons_option
@python_option
@option("--copy-only", is_flag=True, help=N_("Copy the lesson and do not open it."))
@teach_option
@screen_options
@folder_option
def demo(
    lesson: str, into: Path | None, listed: bool, as_json: bool, own: tuple[Path, ...], python: str | None,
    copy_only: bool, teach: bool, plain: bool, no_color: bool, standby: bool,
    folder: Path | None,
) -> None:  # fmt: skip
    """Copy a failing script with its data into a folder, and open it. Needs no network.

    LESSON is the name of a lesson (--list tells them), or the path of a folder that holds one: a lesson.toml, the script, and what
    that reads.
    """
    from tfwizard.lessons.lesson import BadLesson
    from tfwizard.lessons.shelf import NoLesson, copy_lesson, find_lesson, shelves

    if as_json and not listed:
        raise click.UsageError(_("--json goes with --list."))
    try:
        folders = shelves(own, os.environ)
        if listed:
            _list_lessons(folders, as_json)
            return
        found = find_lesson(lesson, folders)
        copy, new = copy_lesson(
            found, into or Path("tfwizard-demo" if lesson == "mnli" else f"tfwizard-demo-{found.name}")
        )
    except (NoLesson, BadLesson) as error:
        raise click.UsageError(str(error)) from None
    words = _("The lesson is in {folder}") if new else _("Going on with the lesson in {folder}")
    click.echo(words.format(folder=copy), err=True)
    if found.story:
        from tfwizard import prose

        click.echo("\n".join(prose.lines(found.says("story").strip(), min(columns(), 100))), err=True)
    if copy_only:
        return
    os.chdir(copy)
    begin(copy / found.script, (), python, 600.0, teach, plain, no_color, standby, found.faults, folder)


def _list_lessons(folders: list[Path], as_json: bool) -> None:
    """The lessons on stdout; what is wrong with a broken one on stderr."""
    from tfwizard.lessons.listing import lesson_lines, lessons_document
    from tfwizard.lessons.shelf import lessons
    from tfwizard.report.contract import dumps

    found, broken = lessons(folders)
    for why in broken:
        click.echo(str(why), err=True)
    click.echo(dumps(lessons_document(found)) if as_json else "\n".join(lesson_lines(found, columns())))
    if broken:
        sys.exit(Exit.USAGE)
