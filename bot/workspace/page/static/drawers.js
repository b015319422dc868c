// The sidebar and the side panel: columns where there is room, drawers where there is not.

import { escapeMenu } from "./menus.js";

const body = document.body;
const room = {
  nav: matchMedia("(min-width: 800px)"),
  side: matchMedia(body.classList.contains("has-thread") ? "(min-width: 1440px)" : "(min-width: 1120px)"),
};
const REMEMBERED = "side-panel";

const opener = (name) => document.querySelector(`[data-drawer=${name}]`);

function say() {
  opener("nav").setAttribute("aria-expanded", String(body.dataset.drawer === "nav"));
  const side = room.side.matches ? !body.classList.contains("side-closed") : body.dataset.drawer === "side";
  opener("side").setAttribute("aria-expanded", String(side));
}

// While a drawer covers the page, nothing behind it can be reached.
function cover(name) {
  for (const part of document.querySelectorAll(".bar, .middle, .thread, .drawer")) part.inert = name && part.id !== name;
  if (name) body.dataset.drawer = name;
  else delete body.dataset.drawer;
}

function toggle(name) {
  if (name === "side" && room.side.matches) {
    const closed = body.classList.toggle("side-closed");
    localStorage.setItem(REMEMBERED, closed ? "closed" : "open");
  } else if (body.dataset.drawer === name) {
    close();
  } else {
    cover(name);
    document.getElementById(name).focus();
  }
  say();
}

function close() {
  const name = body.dataset.drawer;
  cover(null);
  say();
  if (name) opener(name).focus();
  return Boolean(name);
}

function leaveThread() {
  const link = document.querySelector("a[data-escape]");
  const typing = document.activeElement?.matches("input, textarea, select");
  if (link && !typing) link.click();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-drawer]");
  if (button && button !== body) toggle(button.dataset.drawer);
  else if (event.target.closest("[data-close-drawer]")) close();
  else if (body.dataset.drawer && !event.target.closest(".drawer")) close();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  if (!escapeMenu() && !close()) leaveThread();
});

for (const query of Object.values(room)) {
  query.addEventListener("change", () => {
    cover(null);
    say();
  });
}
if (localStorage.getItem(REMEMBERED) === "closed") body.classList.add("side-closed");
say();
