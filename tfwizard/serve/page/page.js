"use strict";
// textual.js draws the terminal and speaks with the server. This adds what a page needs that may lose its connection,
// its seat, or the right to the clipboard.
(() => {
  const RETRY_MS = 2000;
  const part = (id) => document.getElementById(id);
  let over = false;

  function show(words, said, focus) {
    part("why").textContent = words;
    part("said").textContent = said || "";
    part("said").hidden = !said;
    part("over").hidden = false;
    part("again").hidden = !focus;
    if (focus) part("again").focus();
  }

  // The server says why it lets a page go; only where it says nothing the connection was lost.
  function told(kind, body) {
    if (!["ended", "taken", "gone"].includes(kind)) return;
    over = true;
    show(part(kind).content.textContent, body, kind !== "gone");
  }

  async function comeBack() {
    if (over) return;
    show(document.body.dataset.lost, "", false);
    try {
      const answer = await fetch("./", { cache: "no-store" });
      if (answer.ok) return location.reload();
      if (answer.status === 403) return show(document.body.dataset.refused, "", false);
    } catch {
      // not there: later
    }
    setTimeout(comeBack, RETRY_MS);
  }

  const Plain = window.WebSocket;
  window.WebSocket = class extends Plain {
    constructor(address) {
      // Wherever the page came from: a tunnel and a proxy have their own names.
      const url = new URL(address, location.href);
      url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
      super(url);
      this.addEventListener("message", (event) => {
        if (typeof event.data === "string") told(...JSON.parse(event.data));
      });
      this.addEventListener("close", comeBack);
    }

    // The terminal has the focus before there is a connection to say so.
    send(data) {
      if (this.readyState === Plain.CONNECTING) this.addEventListener("open", () => super.send(data), { once: true });
      else super.send(data);
    }
  };

  // Browsers give the clipboard to secure pages alone, and not always to those. The page never reads it.
  const clipboard = navigator.clipboard;
  const offer = (text) => {
    part("text").value = text;
    part("copied").hidden = false;
    part("text").focus();
    part("text").select();
  };
  Object.defineProperty(navigator, "clipboard", {
    value: {
      writeText: async (text) => {
        try {
          await clipboard.writeText(text);
        } catch {
          offer(text);
        }
      },
      readText: async () => "",
    },
  });

  // The terminal measures its letters once: not before they are there.
  const begin = window.onload;
  window.onload = async (event) => {
    part("again").addEventListener("click", () => location.reload());
    part("close").addEventListener("click", () => {
      part("copied").hidden = true;
      document.querySelector(".xterm-helper-textarea").focus();
    });
    const faces = ["16px", "bold 16px", "italic 16px"].map((face) => document.fonts.load(`${face} "Roboto Mono"`));
    await Promise.allSettled(faces);
    begin(event);
    document.querySelector(".xterm-helper-textarea").focus();
  };
})();
