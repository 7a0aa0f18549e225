"""One SVG out of many: each frame is shown for a while, then the next, for ever. Any browser plays it, without a script."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

#: How high the line with the caption is, in the units of the frames.
CAPTION = 56


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture, what is said below it, and for how many seconds it stands."""

    svg: str
    caption: str
    seconds: float = 4.0


def animated(frames: list[Frame]) -> str:
    """The frames one after the other, by CSS alone. Who wants no motion gets the last one."""
    width, height = size_of(frames[0].svg)
    total = sum(frame.seconds for frame in frames)
    styles, bodies, begin = [], [], 0.0
    for number, frame in enumerate(frames):
        end = begin + frame.seconds
        first, last = 100 * begin / total, 100 * end / total
        hidden = "" if number == 0 else "0%{visibility:hidden}"
        after = "" if number == len(frames) - 1 else f"{last:.3f}%,100%{{visibility:hidden}}"
        styles.append(f"@keyframes f{number}{{{hidden}{first:.3f}%{{visibility:visible}}{after}}}")
        styles.append(f".f{number}{{animation:f{number} {total:g}s step-end infinite}}")
        bodies.append(one_frame(number, frame, width, height))
        begin = end
    still = f"@media (prefers-reduced-motion:reduce){{.f{{animation:none}}.f{len(frames) - 1}{{visibility:visible}}}}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height + CAPTION:g}">\n'
        f"<style>.f{{visibility:hidden}}.caption{{font:bold 24px monospace;fill:#e0e0e0}}{''.join(styles)}{still}</style>\n"
        f'<rect width="100%" height="100%" rx="8" fill="#1e1e1e"/>\n{"".join(bodies)}</svg>\n'
    )


def one_frame(number: int, frame: Frame, width: float, height: float) -> str:
    """A frame in its place; its fonts are those of the page: each has them again otherwise."""
    inner = re.sub(r"@font-face\s*{[^}]*}", "", frame.svg)
    inner = re.sub(r"<!--.*?-->", "", inner, flags=re.DOTALL)
    inner = inner.replace("<svg ", f'<svg width="{width:g}" height="{height:g}" ', 1)
    inner = re.sub(r"\s*\n\s*", "\n", inner)
    text = f'<text class="caption" x="24" y="{height + 34:g}">{number + 1}  {escape(frame.caption)}</text>'
    return f'<g class="f f{number}">\n{inner.strip()}\n{text}\n</g>\n'


def size_of(svg: str) -> tuple[float, float]:
    """Width and height of its view box."""
    found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    if found is None:
        raise ValueError("an SVG without a view box")
    return float(found[1]), float(found[2])
