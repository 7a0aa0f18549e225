"""Click in the language of the person: help texts, options, and the words that are Click's own.

The decorators of a command are evaluated when its module is imported, before the language is known. So they hold English, and are
translated whenever they are read.
"""

from __future__ import annotations

import gettext
import inspect
import itertools
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from tfwizard.commands.exit_codes import Exit
from tfwizard.language import LANGUAGES, N_, NN_, _, held, language, of_environment, use, words

F = TypeVar("F", bound=Callable[..., Any])

#: What Click may say, in its own words. It asks gettext for them.
CLICKS_WORDS = (
    N_("Usage:"), N_("Options"), N_("Commands"), N_("Error: {message}"), N_("Try '{command} {option}' for help."), N_("Aborted!"),
    N_("Show this message and exit."), N_("Show the version and exit."), N_("default: {default}"),
    N_("No such option {name!r}."), N_("No such command {name!r}."), N_("Missing command."), N_("Missing argument"),
    N_("Missing option"), N_("Missing parameter"), N_("Invalid value: {message}"), N_("Invalid value for {param_hint}: {message}"),
    N_("Option {name!r} does not take a value."), N_("{value!r} is not a valid {number_type}."),
    N_("{value} is not in the range {range}."), N_("{name} {filename!r} does not exist."), N_("{name} {filename!r} is a directory."),
    N_("{name} {filename!r} is a file."), N_("{name} {filename!r} is not readable."), N_("file"), N_("directory"),
)  # fmt: skip
CLICKS_PLURALS = (
    NN_("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)"),
    NN_("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"),
    NN_("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments."),
    NN_("{value!r} is not {choice}.", "{value!r} is not one of {choices}."),
)


#: What stands for values on the help pages.
PLACEHOLDERS = (N_("PATH"), N_("[LESSON]"), N_("COMMAND [ARGS]..."))


class Option(click.Option):
    """An option in the language that is spoken."""

    @property
    def help(self) -> str | None:
        """What the help page says of it."""
        return held(_(self._english)) if self._english else self._english

    @help.setter
    def help(self, english: str | None) -> None:
        self._english = english

    def make_metavar(self, ctx: click.Context) -> str:
        """What stands for its value."""
        return _(super().make_metavar(ctx))


class Argument(click.Argument):
    """An argument in the language that is spoken."""

    def make_metavar(self, ctx: click.Context) -> str:
        """Its name."""
        return _(super().make_metavar(ctx))


class PathType(click.Path):
    """A path, whose kind ("file") is named in the language that is spoken."""

    @property
    def name(self) -> str:
        """Its kind."""
        return _(self._english)

    @name.setter
    def name(self, english: str) -> None:
        self._english = english


class IntRange(click.IntRange):
    """A whole number, named in the language that is spoken."""

    @property
    def name(self) -> str:  # type: ignore[override]
        """What it is called."""
        return _("integer range")


class FloatRange(click.FloatRange):
    """A number, named in the language that is spoken."""

    @property
    def name(self) -> str:  # type: ignore[override]
        """What it is called."""
        return _("float range")


class Formatter(click.HelpFormatter):
    """A help page, its headings as the language writes them."""

    def write_heading(self, heading: str) -> None:
        """The title of a part."""
        self.write(" " * self.current_indent + _("{title}:", title=heading) + "\n")


class Context(click.Context):
    """What a command is run in."""

    formatter_class = Formatter


class Command(click.Command):
    """A command in the language that is spoken; it takes --lang."""

    context_class = Context

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.params.append(_lang_option())

    @property
    def help(self) -> str | None:
        """What it does."""
        return held(_(self._english)) if self._english else self._english

    @help.setter
    def help(self, english: str | None) -> None:
        self._english = inspect.cleandoc(english) if english else english

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The option --help in the language that is spoken now: Click keeps the first that it made."""
        self._help_option = None
        return super().get_help_option(ctx)

    def get_short_help_str(self, limit: int = 45) -> str:
        """Its first sentence, whole: the list of the commands wraps it."""
        return super().get_short_help_str(sys.maxsize)


class Group(Command, click.Group):
    """The commands. The language is chosen before a word is said."""

    command_class = Command

    def main(self, args: Sequence[str] | None = None, *more: Any, **settings: Any) -> Any:
        """Read the arguments and run the command that they name."""
        speak(sys.argv[1:] if args is None else args)
        return super().main(args, *more, **settings)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; ctrl+c ends it with the code that says so, where Click has the one of open findings."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            ctx.exit(Exit.INTERRUPTED)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """What stands behind "Usage:"."""
        return [_(piece) for piece in super().collect_usage_pieces(ctx)]


def argument(*names: str, **settings: Any) -> Callable[[F], F]:
    """As `click.argument`."""
    return click.argument(*names, cls=Argument, **settings)


def option(*names: str, **settings: Any) -> Callable[[F], F]:
    """As `click.option`."""
    return click.option(*names, cls=Option, **settings)


def _lang_option() -> Option:
    # Its value was read by then: a wrong one is refused in a language as well.
    return Option(
        ["--lang"],
        type=click.Choice(LANGUAGES, case_sensitive=False),
        expose_value=False,
        help=N_("The language (default: TFWIZARD_LANG, else that of the locale)."),
    )


def speak(arguments: Sequence[str]) -> None:
    """Choose the language by these arguments and the environment."""
    use(of_environment(os.environ, asked_for(arguments)))
    if language() != "en":
        _ask_us()


def asked_for(arguments: Sequence[str]) -> str | None:
    """What the last --lang asks for; what stands behind -- is the script's."""
    ours = list(arguments[: arguments.index("--")] if "--" in arguments else arguments)
    values = {at: after for at, (one, after) in enumerate(itertools.pairwise(ours)) if one == "--lang"}
    values |= {at: one.partition("=")[2] for at, one in enumerate(ours) if one.startswith("--lang=")}
    return values[max(values)] if values else None


def _ask_us() -> None:
    """Have Click ask our catalogue: the gettext of the standard library knows no other language than that of the environment.

    The environment is left alone, for it is the script's as well.
    """
    ours = {"_": lambda text: words().gettext(text), "ngettext": lambda *texts: words().ngettext(*texts)}
    theirs = {"_": gettext.gettext, "ngettext": gettext.ngettext}
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] == "click":
            for word, function in theirs.items():
                if vars(module).get(word) is function:
                    setattr(module, word, ours[word])
