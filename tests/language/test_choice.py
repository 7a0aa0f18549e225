"""Which language is spoken, and what `_` and `ngettext` do in it."""

from __future__ import annotations

import pytest

from tfwizard.commands.translated_click import asked_for
from tfwizard.language import _, language, ngettext, of_environment, use


@pytest.mark.parametrize(
    ("environ", "spoken"),
    [
        ({}, "en"),
        ({"LC_ALL": "C"}, "en"),
        ({"LC_ALL": "POSIX", "LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "fr_CA"}, "fr"),
        ({"LANG": "fr@euro"}, "fr"),
        ({"LANG": "FR"}, "fr"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "nonsense"}, "en"),
        ({"LANG": "fr_FR.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "en_US.UTF-8", "LC_ALL": "fr_BE.UTF-8"}, "fr"),
        ({"LC_ALL": "", "LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "fr:en"}, "fr"),
        ({"LANG": "fr_FR.UTF-8", "LANGUAGE": "en:fr"}, "en"),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "de:fr:en"}, "fr"),
        ({"LANG": "fr_FR.UTF-8", "LANGUAGE": "de"}, "en"),
        ({"LANG": "fr_FR.UTF-8", "LANGUAGE": ""}, "fr"),
        ({"LANG": "C", "LANGUAGE": "fr"}, "en"),
        ({"LANGUAGE": "fr"}, "en"),
        ({"TFWIZARD_LANG": "fr", "LC_ALL": "C"}, "fr"),
        ({"TFWIZARD_LANG": "en", "LANG": "fr_FR.UTF-8", "LANGUAGE": "fr"}, "en"),
        ({"TFWIZARD_LANG": "xx", "LANG": "fr_FR.UTF-8"}, "fr"),
        ({"TFWIZARD_LANG": "", "LANG": "fr_FR.UTF-8"}, "fr"),
    ],
)
def test_the_environment_says_which_language_is_spoken(environ: dict[str, str], spoken: str) -> None:
    assert of_environment(environ) == spoken


def test_what_was_asked_for_counts_more_than_the_environment() -> None:
    assert of_environment({"TFWIZARD_LANG": "en", "LC_ALL": "en_GB.UTF-8"}, "fr") == "fr"
    assert of_environment({"TFWIZARD_LANG": "fr", "LC_ALL": "fr_FR.UTF-8"}, "en") == "en"
    assert of_environment({"LC_ALL": "fr_FR.UTF-8"}, "de") == "fr"  # it is refused, in the language of the locale


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        ([], None),
        (["--lang", "fr", "check", "train.py"], "fr"),
        (["check", "train.py", "--lang=fr"], "fr"),
        (["--lang", "en", "check", "train.py", "--lang", "fr"], "fr"),
        (["--lang=fr", "check", "train.py", "--lang", "en"], "en"),
        (["check", "train.py", "--", "--lang", "fr"], None),
        (["check", "train.py", "--lang"], None),
    ],
)
def test_the_last_lang_before_the_arguments_of_the_script_counts(arguments: list[str], asked: str | None) -> None:
    assert asked_for(arguments) == asked


def test_a_language_without_catalogue_is_english() -> None:
    use("xx")
    assert language() == "en"
    assert _("No matches found") == "No matches found"


def test_values_are_put_into_the_translation() -> None:
    use("fr")
    assert _("Saved as {path}", path="{x}") == "Enregistrée sous {x}"
    assert _("") == ""
    assert _("not in any catalogue") == "not in any catalogue"


def test_french_counts_none_in_the_singular_and_english_in_the_plural() -> None:
    words = ("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments.")
    assert ngettext(*words, 0, name="-x", nargs=0) == "Option '-x' requires 0 arguments."
    use("fr")
    assert ngettext(*words, 0, name="-x", nargs=0) == "L'option '-x' demande une valeur."
    assert ngettext(*words, 2, name="-x", nargs=2) == "L'option '-x' demande 2 valeurs."


def test_french_sets_a_space_before_the_sign_of_a_percentage() -> None:
    message = "{share:.0%} of the ids are padding, and no attention_mask says so"
    assert _(message, share=0.28).startswith("28% of")
    use("fr")
    assert _(message, share=0.28).startswith("28 % des ids")
