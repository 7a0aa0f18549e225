"""The page in a real Chromium: keys and clicks go in as a person makes them, and what the terminal draws is read from its connection."""

from __future__ import annotations

import json
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyte
import pytest

from .conftest import SCRIPT, Serve

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
CHROMEDRIVER = shutil.which("chromedriver")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (CHROMIUM and CHROMEDRIVER), reason="needs Chromium and chromedriver (apt-get install chromium chromium-driver)"),
]  # fmt: skip

#: Generous: the machine is shared.
PATIENCE_S = 600.0
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--window-size=1100,700",
)  # fmt: skip
#: Keeps what the terminal of the page is sent; and nobody gives this page a clipboard.
OVERHEAR = """
window.heard = [];
const Plain = window.WebSocket;
window.WebSocket = class extends Plain {
  constructor(address) {
    super(address);
    const asked = new URL(address).searchParams;
    window.cells = [Number(asked.get("width")), Number(asked.get("height"))];
    this.addEventListener("message", (event) => {
      if (typeof event.data !== "string") window.heard.push(Array.from(new Uint8Array(event.data)));
    });
  }
  send(text) {
    const [kind, body] = JSON.parse(text);
    if (kind === "resize") window.cells = [body.width, body.height];
    super.send(text);
  }
};
Object.defineProperty(Navigator.prototype, "clipboard", { value: undefined, configurable: true });
"""


class Browser:
    """One browser, and the screen of the terminal in its page."""

    def __init__(self, folder: Path) -> None:
        from selenium import webdriver
        from selenium.webdriver.chrome.options import Options
        from selenium.webdriver.chrome.service import Service

        options = Options()
        options.binary_location = str(CHROMIUM)
        for flag in (*FLAGS, f"--user-data-dir={folder}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service(str(CHROMEDRIVER)))
        self.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": OVERHEAR})
        self.screen = pyte.Screen(80, 24)

    def open(self, url: str) -> None:
        self.driver.get(url)
        self._blank()

    def reload(self) -> None:
        self.driver.refresh()
        self._blank()

    def _blank(self) -> None:
        self.screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self.screen)

    def read(self) -> str:
        heard, size = self.driver.execute_script("return [(window.heard || []).splice(0), window.cells]")
        if size and (self.screen.columns, self.screen.lines) != tuple(size):
            self.screen.resize(size[1], size[0])
        for data in heard:
            self._stream.feed(bytes(data))
        return "\n".join(self.screen.display)

    def wait(self, *words: str) -> str:
        return self.wait_until(lambda shown: all(word in shown for word in words), " and ".join(words))

    def wait_until(self, true: Callable[[str], object], what: str) -> str:
        until = time.monotonic() + PATIENCE_S
        while not true(shown := self.read()):
            assert time.monotonic() < until, f"no {what} on the page:\n{shown}"
            time.sleep(0.2)
        return shown

    def wait_for_page(self, words: str) -> str:
        """Wait until the page itself says something, over its terminal."""
        until = time.monotonic() + PATIENCE_S
        while words not in (shown := self.driver.find_element("css selector", "body").text):
            assert time.monotonic() < until, f"no {words!r} in the page: {shown}"
            time.sleep(0.2)
        return str(shown)

    def press(self, *keys: str) -> None:
        from selenium.webdriver.common.action_chains import ActionChains

        for key in keys:
            ActionChains(self.driver).send_keys(key).perform()
            time.sleep(0.3)

    def click(self, words: str) -> None:
        """Click where these words stand in the terminal."""
        from selenium.webdriver.common.action_chains import ActionChains

        rows = self.read().split("\n")
        row = next(number for number, text in enumerate(rows) if words in text)
        area = self.driver.find_element("css selector", ".xterm-screen")
        # Selenium counts from the middle.
        x = (rows[row].index(words) + 1.5) / self.screen.columns - 0.5
        y = (row + 0.5) / self.screen.lines - 0.5
        chain = ActionChains(self.driver).move_to_element_with_offset(
            area, area.size["width"] * x, area.size["height"] * y
        )
        chain.click().perform()

    def asked_for(self) -> set[str]:
        """The places that the page fetched from or connected to."""
        found = set()
        for entry in self.driver.get_log("performance"):
            message: dict[str, Any] = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                found.add(message["params"]["request"]["url"])
            elif message["method"] == "Network.webSocketCreated":
                found.add(message["params"]["url"])
        return {urlsplit(url).netloc for url in found if urlsplit(url).scheme in ("http", "https", "ws", "wss")}

    def complaints(self) -> list[str]:
        """What the browser found wrong with the page: a script that failed, something that the policy refused. No 403 that was meant."""
        said = [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]
        return [text for text in said if " 403 " not in text]


@pytest.fixture
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    one = Browser(tmp_path_factory.mktemp("profile"))
    yield one
    one.driver.quit()


@pytest.mark.tensorflow
def test_the_lesson_is_mended_in_a_browser(serve: Serve, browser: Browser, tmp_path: Path) -> None:
    served = serve(tmp_path, "--lesson", "flowers", "--seats", "2")
    script = Path(served.seats[0]["folder"]) / "train.py"
    before = script.read_text()
    browser.open(served.url())
    browser.wait("Run the script", "Quit")
    assert "token" not in browser.driver.current_url
    fonts = browser.driver.execute_script("return [...document.fonts].map((one) => one.status)")
    assert fonts == ["loaded", "loaded"]
    browser.wait("1 problem", "held")
    browser.click("Hyperparameters")
    browser.wait("logits", "the fix")
    browser.press("f")
    browser.wait("from_logits=True", "Try")
    browser.press("t")
    browser.wait("VERIFIED")
    assert script.read_text() == before

    browser.reload()
    browser.wait("VERIFIED", "from_logits=True")
    browser.press("w")
    browser.wait("Write")
    browser.press("y")
    browser.wait_until(lambda _shown: script.read_text() != before, "written file")
    assert "from_logits=True" in script.read_text()
    other = Path(served.seats[1]["folder"]) / "train.py"
    assert other.read_text() == before
    assert browser.asked_for() == {urlsplit(served.url()).netloc}
    assert not browser.complaints()
    browser.driver.save_screenshot(str(tmp_path / "lesson.png"))
    assert png_size(tmp_path / "lesson.png")[0] == 1100


def test_the_page_says_what_became_of_its_seat(serve: Serve, browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(SCRIPT)
    served = serve(tmp_path, "train.py")
    browser.open(served.page())
    assert "tfwizard serve" in browser.wait_for_page("403")
    browser.open(served.url())
    browser.wait("JSONDecodeError", "1 problem")
    browser.press("i", "k")
    assert "JSONDecodeError" in copied(browser)
    browser.driver.find_element("id", "close").click()
    browser.press("l")
    browser.wait("a line of the script")

    # Another window of the same browser takes the seat, and the first one can have it back.
    first = browser.driver.current_window_handle
    browser.driver.switch_to.new_window("tab")
    second = browser.driver.current_window_handle
    browser.open(served.page())
    browser.driver.switch_to.window(first)
    browser.wait_for_page("another window")
    browser.driver.find_element("id", "again").click()
    browser._blank()
    browser.wait("a line of the script")
    browser.driver.switch_to.window(second)
    browser.wait_for_page("another window")
    browser.driver.switch_to.window(first)

    served.end(signal.SIGTERM)
    browser.wait_for_page("The server was ended")
    assert not browser.complaints()


def copied(browser: Browser) -> str:
    """The text that the page offers where it has no clipboard."""
    until = time.monotonic() + PATIENCE_S
    while not (text := browser.driver.find_element("id", "text").get_attribute("value")):
        assert time.monotonic() < until, "nothing is offered to be copied"
        time.sleep(0.2)
    return str(text)


def png_size(path: Path) -> tuple[int, int]:
    head = path.read_bytes()[16:24]
    return int.from_bytes(head[:4], "big"), int.from_bytes(head[4:], "big")
