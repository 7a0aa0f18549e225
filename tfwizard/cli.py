"""The command line: `tfwizard`, and the commands that it knows."""

from __future__ import annotations

import click

from tfwizard import __version__
from tfwizard.commands.examining import check, compare, fix
from tfwizard.commands.lessons import demo
from tfwizard.commands.machines import debug_info, doctor, gpus, keys
from tfwizard.commands.reporting import report
from tfwizard.commands.serving import serve
from tfwizard.commands.translated_click import Group, Option
from tfwizard.commands.watching import watch
from tfwizard.commands.wizard import resume, run


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tfwizard", cls=Option)
def main() -> None:
    """Step through a failing TensorFlow training script until every problem is proved fixed."""


for command in (run, resume, check, fix, compare, watch, report, demo, serve, doctor, gpus, keys, debug_info):
    main.add_command(command)
