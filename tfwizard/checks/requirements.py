"""What installed packages ask of each other, and whether that is there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as Line
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from tfwizard.facts import TENSORFLOWS, Distribution
from tfwizard.language import _

#: From here on the first number of a version is a year, which says nothing of what changed.
YEARS = 1900


@dataclass(frozen=True, slots=True)
class Requirement:
    """What an installed package asks of another one. `installed` is that one's version, None where it is not there.

    `extra` is the optional feature that asks for it, "" where the package always does.
    """

    package: str
    version: str
    needs: str
    specifier: str
    installed: str | None = None
    extra: str = ""

    @property
    def contradicted(self) -> bool:
        """Whether the other one is there in a version that this package does not take."""
        return self.installed is not None and contradicts(self.installed, self.specifier)

    def __str__(self) -> str:
        return _(
            "{package} {version} needs {other}{wanted}, installed is {installed}",
            package=self.package,
            version=self.version,
            other=self.needs,
            wanted=self.specifier,
            installed=self.installed,
        )


def requirements(
    asking: Sequence[Distribution],
    there: Sequence[Distribution],
    markers: Mapping[str, str],
    extras: Collection[str] = (),
) -> Iterator[Requirement]:
    """What the packages `asking` want of those that are `there` under these conditions, always or by one of the optional features `extras`.

    A line that nobody can read asks for nothing.
    """
    versions = {one.name: one.version for one in there}
    for one in asking:
        for text in one.requires:
            try:
                line = Line(text)
                extra = _asked_by(line, markers, extras)
            except (InvalidRequirement, ValueError, KeyError):
                continue
            if extra is not None:
                name = str(canonicalize_name(line.name))
                yield Requirement(one.name, one.version, name, str(line.specifier), _version(name, versions), extra)


def _asked_by(line: Line, markers: Mapping[str, str], extras: Collection[str]) -> str | None:
    """The feature by which a line holds, "" where it holds without one, None where it does not hold."""
    for extra in ("", *extras):
        if line.marker is None or line.marker.evaluate({**markers, "extra": extra}):
            return extra
    return None


def _version(name: str, versions: Mapping[str, str]) -> str | None:
    """The installed version; another package that brings the module tensorflow serves as well."""
    names = (name, *TENSORFLOWS) if name == "tensorflow" else (name,)
    return next((versions[one] for one in names if one in versions), None)


def contradicts(version: str, specifier: str) -> bool:
    """Whether a version is outside of a specifier (">=1.26,<2"); what cannot be read contradicts nothing.

    What comes before or after a release (2.21.0rc1, 2.21.0+cpu) counts as that release.
    """
    try:
        return not SpecifierSet(specifier).contains(Version(version).base_version, prereleases=True)
    except (InvalidSpecifier, InvalidVersion):
        return False


def numbers(version: str) -> tuple[int, ...]:
    """The release numbers of a version: (4, 54, 1); none where it cannot be read."""
    try:
        return Version(version).release
    except InvalidVersion:
        return ()


def together(specifiers: Iterable[str]) -> str:
    """What fits all of these specifiers, of lower and of upper bounds the narrowest alone; "" where none asks for anything."""
    whole = SpecifierSet()
    for one in specifiers:
        try:
            whole &= SpecifierSet(one)
        except InvalidSpecifier:
            continue
    kept = [one for one in whole if one.operator not in (">=", "<")]
    for operator, narrowest in ((">=", max), ("<", min)):
        bounds = [one for one in whole if one.operator == operator]
        kept += [narrowest(bounds, key=lambda one: Version(one.version))] if bounds else []
    return ",".join(str(one) for one in sorted(kept, key=str))


def certainly_breaks(one: Requirement) -> bool:
    """Whether a contradiction is more than a bound set with care: too old, or another generation.

    1.26 and 2.1 are generations, and so are 0.21 and 0.22; of versions that begin with a year nothing tells.
    """
    installed = numbers(one.installed or "")
    for bound in SpecifierSet(one.specifier) if one.contradicted else ():
        if not contradicts(one.installed or "", str(bound)):
            continue
        wanted = numbers(bound.version.removesuffix(".*"))
        if not installed or not wanted or max(installed[0], wanted[0]) > YEARS:
            continue
        if bound.operator == "!=":
            return True
        if installed < wanted:  # older than what is asked for
            return True
        # "<3" excludes 3 itself: the generation that is meant is the one before it.
        if _generation(installed) > _generation(_below(wanted) if bound.operator == "<" else wanted):
            return True
    return False


def _generation(release: tuple[int, ...]) -> tuple[int, ...]:
    return release[:1] if release[0] else release[:2]


def _below(wanted: tuple[int, ...]) -> tuple[int, ...]:
    """The last release before a bound, as far as its generation goes: (2,) gives (1,), (2, 3) stays in 2."""
    shortened = wanted
    while len(shortened) > 1 and shortened[-1] == 0:
        shortened = shortened[:-1]
    return (*shortened[:-1], max(0, shortened[-1] - 1))
