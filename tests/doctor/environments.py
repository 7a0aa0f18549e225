"""Environments to examine: a real interpreter, and packages of which only the metadata is there.

That is what `importlib.metadata` reads in a real environment as well: a folder NAME-VERSION.dist-info with its METADATA. The
packages cannot be imported.
"""

from __future__ import annotations

import sys
from pathlib import Path


def make(folder: Path) -> Path:
    """An empty environment, as `python -m venv` lays it out (and a second faster); its site-packages."""
    base = Path(sys._base_executable).resolve()  # type: ignore[attr-defined]
    site = folder / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    site.mkdir(parents=True)
    (folder / "bin").mkdir()
    (folder / "bin" / "python").symlink_to(base)
    (folder / "pyvenv.cfg").write_text(f"home = {base.parent}\ninclude-system-site-packages = false\n")
    return site


def put(site: Path, name: str, version: str, *requires: str, python: str = "", tag: str = "") -> Path:
    """Install the metadata of a package."""
    info = site / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir()
    lines = [
        "Metadata-Version: 2.1",
        f"Name: {name}",
        f"Version: {version}",
        *(f"Requires-Dist: {one}" for one in requires),
    ]
    lines += [f"Requires-Python: {python}"] if python else []
    (info / "METADATA").write_text(
        "\n".join([*lines, "", f"# {name}", "Version: 0 of the description, which nobody reads.", ""])
    )
    (info / "WHEEL").write_text(f"Wheel-Version: 1.0\nTag: {tag or 'py3-none-any'}\n")
    return info


def sound(site: Path) -> None:
    """Packages that fit each other."""
    put(site, "tensorflow", "2.21.0", "numpy>=1.26.0", "keras>=3.12.0", "protobuf<8.0.0,>=6.31.1")
    put(site, "numpy", "2.4.6")
    put(site, "keras", "3.15.1", "numpy")
    put(site, "protobuf", "7.36.2")
    put(site, "tf-keras", "2.21.0", "tensorflow<2.22,>=2.21")
    put(site, "tokenizers", "0.21.4")
    put(
        site,
        "transformers",
        "4.54.1",
        "tokenizers<0.22,>=0.21",
        "numpy>=1.17",
        'torch>=2.1; extra == "torch"',
        'tomli; python_version < "3"',
    )
    put(site, "pip", "25.0")
