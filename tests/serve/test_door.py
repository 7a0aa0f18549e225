"""Who is let in, decided without a server."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from tfwizard.serve.bounds import cores, share
from tfwizard.serve.door import Door, Names
from tfwizard.serve.seat import size_of


def test_a_token_opens_once() -> None:
    door = Door()
    assert not door.enter("")
    assert not door.enter(door.token + "x")
    assert not door.enter("é\udc80")
    assert not door.knows("")
    assert door.enter(door.token)
    assert door.knows(door.cookie)
    assert not door.knows(door.token)
    assert not door.enter(door.token)


def test_a_new_token_ends_the_cookie() -> None:
    door = Door()
    door.enter(door.token)
    token, cookie = door.token, door.cookie
    door.renew()
    assert not door.knows(cookie)
    assert not door.enter(token)
    assert door.enter(door.token)
    assert not door.knows(cookie)


def test_no_two_doors_are_alike() -> None:
    doors = [Door() for _ in range(20)]
    assert len({door.token for door in doors} | {door.cookie_name for door in doors}) == 40


@pytest.mark.parametrize(
    ("host", "header", "fits"),
    [
        ("127.0.0.1", "127.0.0.1:8000", True),
        ("127.0.0.1", "localhost:9999", True),  # the near end of a tunnel
        ("127.0.0.1", "[::1]:8000", True),
        ("127.0.0.1", "LOCALHOST", True),
        ("127.0.0.1", "evil.example:8000", False),
        ("127.0.0.1", "127.0.0.1.evil.example", False),
        ("127.0.0.1", "192.0.2.7:8000", False),
        ("127.0.0.1", "", False),
        ("127.0.0.1", "[::1", False),
        ("127.0.0.1", "evil.example@127.0.0.1", True),  # what stands before @ is no name
        ("127.0.0.1", "127.0.0.1@evil.example", False),
        ("lab.example", "lab.example:8000", True),
        ("0.0.0.0", "192.0.2.7:8000", True),
        ("0.0.0.0", "evil.example:8000", False),
    ],
)
def test_the_names_that_a_request_may_come_by(host: str, header: str, fits: bool) -> None:
    assert Names(host).is_host(header) == fits


@pytest.mark.parametrize(
    ("origin", "fits"),
    [
        ("http://127.0.0.1:8000", True),
        ("http://127.0.0.1:8001", False),  # another page of this machine
        ("http://localhost:8000", False),
        ("https://evil.example", False),
        ("null", False),
        ("", False),
        ("https://wizard.example", True),
        ("http://wizard.example", False),
    ],
)
def test_the_pages_that_may_connect(origin: str, fits: bool) -> None:
    names = Names("127.0.0.1", urlsplit("https://wizard.example/tf"))
    assert names.is_host("wizard.example")
    assert names.is_origin(origin, "127.0.0.1:8000") == fits


def test_a_seat_gets_its_share_and_no_gpu_unless_the_environment_says_otherwise() -> None:
    assert set(share({}, 1).values()) == {str(cores()), "-1"}
    many = share({}, 1000)
    assert many["OMP_NUM_THREADS"] == many["TF_NUM_INTRAOP_THREADS"] == "1"
    assert "CUDA_VISIBLE_DEVICES" not in share({"CUDA_VISIBLE_DEVICES": "0"}, 2)
    assert "OMP_NUM_THREADS" not in share({"OMP_NUM_THREADS": "3"}, 2)


@pytest.mark.parametrize(
    ("asked", "given"),
    [(("100", "40"), (100, 40)), ((None, "x"), (80, 24)), (("1000000000", "-3"), (500, 5)), ((True, [1]), (80, 24))],
)
def test_no_page_makes_a_terminal_of_any_size(asked: tuple[object, object], given: tuple[int, int]) -> None:
    assert size_of(*asked) == given
