"""The command line speaks the language that is asked for, Click's own words included."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import click
import pytest
from click.testing import CliRunner, Result

from tfwizard.cli import main
from tfwizard.commands.exit_codes import Exit
from tfwizard.commands.translated_click import Argument, Group, Option


def test_ctrl_c_ends_every_command_with_a_code_of_its_own() -> None:
    group = Group("group", params=[])

    @group.command()
    def lasts() -> None:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(60)

    assert CliRunner().invoke(group, ["lasts"]).exit_code == Exit.INTERRUPTED


def said(*arguments: str, **environ: str) -> Result:
    none = dict.fromkeys(("LC_ALL", "LC_MESSAGES", "LANGUAGE", "LANG", "TFWIZARD_LANG"))
    return CliRunner().invoke(main, list(arguments), env={**none, **environ}, prog_name="tfwizard")


@pytest.mark.parametrize("arguments", [("--lang", "fr", "check", "--help"), ("check", "--help", "--lang=fr")])
def test_the_help_is_french_wherever_the_option_stands(arguments: tuple[str, ...]) -> None:
    shown = said(*arguments)
    assert shown.exit_code == 0
    for words in (
        "Utilisation :",
        "Options :",
        "Toutes les étapes automatiques",
        "Afficher ce message et quitter",
        "par défaut : 600.0",
        "CHEMIN",
    ):
        assert words in " ".join(shown.output.split())
    assert "help" not in shown.output.replace("--help", "")


def test_the_list_of_commands_is_french() -> None:
    shown = said("--help", LANG="fr_FR.UTF-8").output
    assert "Commandes :" in shown and "COMMANDE [ARGS]..." in shown and "L'assistant." in shown
    assert not any(english in shown for english in ("Usage", "Show", "Commands", "stage", "wizard."))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("chek",), "La commande 'chek' n'existe pas. Vouliez-vous dire 'check' ?"),
        (
            ("check", "--pyton", "x"),
            "L'option '--pyton' n'existe pas. (Vouliez-vous dire l'une de celles-ci : '--json', '--python' ?)",
        ),
        (("check",), "Il manque l'argument 'SCRIPT'."),
        (("check", "none.py"), "Valeur incorrecte pour 'SCRIPT' : Fichier 'none.py' introuvable."),
        (("watch", "--timeout", "soon"), "Valeur incorrecte pour '--timeout' : 'soon' n'est pas un nombre valable."),
        (("watch", "--timeout", "0"), "Valeur incorrecte pour '--timeout' : 0.0 n'est pas dans l'intervalle x>=1."),
        (("demo", "a", "b", "c"), "Arguments en trop (b c)"),
        (("gpus", "--json=1"), "L'option '--json' ne prend pas de valeur."),
        (("resume", "--python"), "L'option '--python' demande une valeur."),
        (
            ("gpus", "--lang", "de"),
            "Valeur incorrecte pour '--lang' : 'de' n'est pas l'une de ces valeurs : 'en', 'fr'.",
        ),
    ],
)
def test_wrong_usage_is_told_in_french(arguments: tuple[str, ...], words: str) -> None:
    shown = said(*arguments, TFWIZARD_LANG="fr")
    assert shown.exit_code == 2
    assert words in shown.stderr
    assert "Erreur : " in shown.stderr
    assert not any(english in shown.stderr for english in ("Usage", "Try", "Error", "help'"))


def test_english_after_french_is_english_again() -> None:
    assert "Utilisation :" in said("--lang", "fr", "gpus", "--help").output
    english = said("--lang", "en", "gpus", "--help", LANG="fr_FR.UTF-8").output
    assert english.startswith("Usage: tfwizard gpus [OPTIONS]") and "The GPUs and who holds their memory." in english


def test_every_command_and_every_parameter_is_one_that_speaks() -> None:
    commands: list[click.Command] = [main, *main.commands.values()]
    for command in commands:
        assert [one.opts for one in command.params].count(["--lang"]) == 1, command.name
        dumb = [one.name for one in command.params if not isinstance(one, (Option, Argument))]
        assert not dumb, (
            f"{command.name}: {dumb} is made by click's own decorator; translated_click has `option` and `argument`"
        )


def test_a_process_of_its_own_speaks_french_and_keeps_its_environment() -> None:
    code = "import os; before = dict(os.environ)\nfrom tfwizard.cli import main\ntry: main(['--lang', 'fr', 'chek'])\nexcept SystemExit: assert os.environ == before"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={"LC_ALL": "C.UTF-8"}, check=True
    )
    assert "La commande 'chek' n'existe pas." in done.stderr
