/*
 * What the page around the map cannot do in Python: clocks that run, the first field in focus,
 * and an eye on the room's version, so that what another desk changed is seen within a second.
 * The map's frame has the same origin as the page, so it may look after the page's own elements.
 */
"use strict";
window.RoomPage = (() => {
  const LOOK_MS = 500;
  const FOCUS_MS = 150;
  const LEAVING_MS = 5000;
  const page = window.parent.document;
  const dues = new Set();
  const HELD = 3;
  let shown, first, held = 0, asked = false;

  function clock(seconds) {
    const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60];
    const two = (n) => String(n).padStart(2, "0");
    return h ? `${h}:${two(m)}:${two(s)}` : `${two(m)}:${two(s)}`;
  }

  /* The map speaks the page's language and is dark when the page is (see ui/parts/aids.py). */
  function dress() {
    const [here, there] = [document.documentElement, page.documentElement];
    here.lang = there.lang;
    here.toggleAttribute("data-night", there.hasAttribute("data-night"));
  }

  /* Classes since-1700000000 carry the second (UTC) something began; amber at 60 s, red at 90 s. */
  function tick() {
    const now = Date.now() / 1000;
    page.querySelectorAll(".since").forEach((one) => {
      const began = [...one.classList].map((name) => /^since-(\d+)$/.exec(name)).find(Boolean);
      if (!began) return;
      const seconds = Math.max(0, now - Number(began[1]));
      one.textContent = clock(seconds);
      if (one.classList.contains("urgent")) {
        one.classList.toggle("amber", seconds >= 60 && seconds < 90);
        one.classList.toggle("red", seconds >= 90);
      }
    });
  }

  /* Classes due-1700000000 carry the second from which the page is to say something new. */
  function lookAtDues(ask) {
    const now = Date.now() / 1000;
    const late = [...page.querySelectorAll(".due")].some((one) => {
      const due = Number(/\bdue-(\d+)/.exec(one.className)?.[1]);
      return due <= now && !dues.has(due) && dues.add(due);
    });
    if (late) ask();
  }

  /*
   * A new call has a new first field: it is where typing goes, unless somebody is typing elsewhere.
   * For a while the former field is still there with the focus, and takes it along when it goes.
   */
  function focusFirst() {
    const field = page.querySelector(".st-key-words input");
    const active = page.activeElement;
    if (field && field !== first) [first, held] = [field, 0];
    if (!field || held >= HELD) return;
    if (active === field) held += 1;
    else if (active?.matches("input, textarea") && !active.closest(".st-key-words")) held = HELD;
    else field.focus({ preventScroll: true });
  }

  function drawn(version) {
    shown = version;
    asked = false;
  }

  /*
   * Ask for one run when the room has moved on; not again until that has been drawn. A program that
   * was started again tells no news before somebody's page was drawn: it is asked for that, too.
   */
  async function look(url, ask) {
    try {
      const answer = await fetch(url, { cache: "no-store" });
      const version = answer.ok ? Number(await answer.text()) : Infinity;
      if (shown !== undefined && version > shown && !asked) {
        asked = true;
        setTimeout(() => { asked = false; }, 5000);
        ask();
      }
    } catch { /* the server is away; Streamlit says so and comes back */ }
    setTimeout(look, LOOK_MS, url, ask);
  }

  /*
   * Somebody who has just pressed a link of the page is leaving it: a run asked for now would carry
   * this page's name and lead them back. `ambon112Left` is set by the page (ui/frame.py).
   */
  function leaving() {
    const left = window.parent.ambon112Left || 0;
    return left > performance.timeOrigin && Date.now() - left < LEAVING_MS;
  }

  /* Ask for a run that nobody pressed for. */
  function quietly(ask) {
    leaving() ? setTimeout(quietly, LEAVING_MS / 20, ask) : ask();
  }

  function begin(newsUrl, tell) {
    const ask = () => quietly(() => tell("news"));
    quietly(() => tell("ready")); // what came while this was loading has not been drawn
    tick();
    dress();
    setInterval(() => { tick(); dress(); lookAtDues(ask); }, 1000);
    look(newsUrl, ask);
    setInterval(focusFirst, FOCUS_MS);
  }

  return { begin, drawn };
})();
