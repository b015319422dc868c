// Changes as they come: the server says which regions look different now, and they are morphed in place.
// Focus, caret, open menus, and whatever a person has typed stay as they are.

import { Idiomorph } from "/vendor/idiomorph/idiomorph.js";
import { announceNew, rememberShown } from "./announce.js";
import { syncModal } from "./modal.js";

const QUIET_MS = 1200; // a hiccup shorter than this is nobody's business
const AGAIN_MS = 800;
const BOTTOM_PX = 80;

const touched = new WeakSet();
let drawnAfter = 0; // the number of the last entry that the newest drawing knows of
let waiting = null;

for (const happened of ["input", "change"]) {
  document.addEventListener(happened, (event) => touched.add(event.target), true);
}

const callbacks = {
  beforeNodeMorphed(old, fresh) {
    // What a control said of itself no drawing knows.
    if (old.dataset?.said !== undefined) return false;
    // What stands in it has not reached the workspace yet.
    if (old.dataset?.dirty !== undefined || Number(old.dataset?.entered) > drawnAfter) return false;
    if (isBeingFilledIn(old) && old.tagName === fresh.tagName) keepEntered(old, fresh);
    return true;
  },
  beforeAttributeUpdated(name, node) {
    // Whether something is unfolded is the person's business; what is on its way is the control's.
    if (name === "open" && ["DETAILS", "DIALOG"].includes(node.tagName)) return false;
    return !["data-dirty", "data-entered", "data-busy", "data-up"].includes(name);
  },
};

function isBeingFilledIn(field) {
  if (field === document.activeElement) return field.matches("input, textarea, select");
  if (!touched.has(field)) return false;
  // The controls in blocks say by themselves what they hold and whether it was sent.
  return !field.closest("[data-action]") || field.matches("[data-filter]");
}

function keepEntered(old, fresh) {
  if (old.type === "file") return;
  if (["checkbox", "radio"].includes(old.type)) {
    fresh.toggleAttribute("checked", old.checked);
    fresh.checked = old.checked;
  } else if (old.tagName === "SELECT") {
    const chosen = new Set([...old.selectedOptions].map((option) => option.value));
    for (const option of fresh.options) {
      option.toggleAttribute("selected", chosen.has(option.value));
      option.selected = chosen.has(option.value);
    }
  } else if (old.tagName === "TEXTAREA") {
    fresh.textContent = old.value;
    fresh.value = old.value;
  } else {
    fresh.setAttribute("value", old.value);
  }
}

export function morph(regions) {
  const focused = document.activeElement?.closest(".message, .scroll")?.id;
  const followed = [...document.querySelectorAll("[data-follow]")].filter(isAtBottom).map((one) => one.id);
  for (const [name, html] of Object.entries(regions)) {
    const region = document.getElementById(`region-${name}`);
    if (region) {
      Idiomorph.morph(region, html, {
        morphStyle: "innerHTML",
        restoreFocus: true,
        callbacks,
      });
    }
  }
  for (const id of followed) toBottom(document.getElementById(id));
  if (focused && document.activeElement === document.body) focusIn(document.getElementById(focused));
  syncModal();
  announceNew();
  document.dispatchEvent(new CustomEvent("page:changed"));
}

// What had the focus is gone: it stays with the message that it was in, or else with the place.
function focusIn(around) {
  const first = around?.querySelector(":scope > * > .said-here :is(button, a, input, select, textarea, summary)");
  if (around && !first && !around.hasAttribute("tabindex")) around.tabIndex = -1;
  (first ?? around)?.focus({ preventScroll: true });
}

function isAtBottom(box) {
  return box.scrollHeight - box.scrollTop - box.clientHeight < BOTTOM_PX;
}

export function toBottom(box) {
  if (box) box.scrollTop = box.scrollHeight;
}

function listen() {
  const address = new URL(document.body.dataset.live, location.href);
  address.protocol = "ws:";
  const source = new WebSocket(address);
  source.addEventListener("open", () => {
    // It may be another workspace by now, which counts from the beginning.
    for (const one of document.querySelectorAll("[data-entered]")) delete one.dataset.entered;
    tell(true);
  });
  source.addEventListener("message", ({ data: frame }) => {
    const { event, data, entered } = JSON.parse(frame);
    drawnAfter = entered;
    if (event === "gone") location.reload();
    else morph(data);
  });
  source.addEventListener("close", () => {
    tell(false);
    setTimeout(listen, AGAIN_MS);
  });
}

function tell(connected) {
  const line = document.getElementById("connection");
  // One more attempt in vain is no reason to wait longer before saying so.
  if (!connected && waiting) return;
  clearTimeout(waiting);
  waiting = null;
  document.documentElement.toggleAttribute("data-live", connected);
  if (connected) line.textContent = "";
  else waiting = setTimeout(() => (line.textContent = "Reconnecting…"), QUIET_MS);
}

export function start() {
  rememberShown();
  for (const box of document.querySelectorAll("[data-follow]")) toBottom(box);
  syncModal();
  listen();
}
