// Lists that open: the overflow menu, and menus in which several things are chosen.

import { hold } from "./field-sending.js";
import { valueOf } from "./field-values.js";

const MOVES = { ArrowDown: 1, ArrowUp: -1 };

export function onKey(event) {
  const menu = event.target.closest?.("details.b-menu, details.b-many");
  if (!menu) return;
  if (event.key === "Escape" && menu.open) {
    swallow(event);
    close(menu);
    return;
  }
  const move = MOVES[event.key];
  if (move && (menu.open || move > 0)) moveBy(menu, move, event);
}

function swallow(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

function moveBy(menu, move, event) {
  swallow(event);
  menu.open = true;
  const items = [...menu.querySelectorAll("ul button, ul a, .b-choices input")].filter((item) => item.offsetParent);
  const at = items.indexOf(document.activeElement);
  const next = at < 0 ? (move > 0 ? 0 : items.length - 1) : (at + move + items.length) % items.length;
  items[next]?.focus();
}

export function close(menu) {
  menu.open = false;
  menu.querySelector("summary").focus();
}

// A list closes when the focus goes elsewhere. Nothing gets the focus when a browser's window loses it: then it stays.
export function onFocusOut(event) {
  const menu = event.target.closest?.("details.b-menu[open], details.b-many[open]");
  if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
}

export function onOutsideClick(event) {
  for (const menu of document.querySelectorAll("details.b-menu[open], details.b-many[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
}

export function onTick(many) {
  hold(many, valueOf);
  show(many);
}

export function onFilter(input) {
  const wanted = input.value.trim().toLowerCase();
  const many = input.closest(".b-many");
  for (const group of many.querySelectorAll("[data-group]")) {
    for (const choice of group.querySelectorAll(".b-choice")) {
      choice.hidden = !choice.textContent.toLowerCase().includes(wanted);
    }
    group.hidden = !group.querySelector(".b-choice:not([hidden])");
  }
  many.querySelector("[data-none]").hidden = Boolean(many.querySelector("[data-group]:not([hidden])"));
}

// What is chosen, on the closed list; no more can be ticked than the list takes.
export function show(many) {
  const boxes = [...many.querySelectorAll(".b-choice input")];
  const ticked = boxes.filter((box) => box.checked);
  const summary = many.querySelector("[data-summary]");
  summary.textContent = ticked.map((box) => box.dataset.label).join(", ") || summary.dataset.empty;
  const full = ticked.length >= Number(many.dataset.most || Infinity);
  for (const box of boxes) box.disabled = full && !box.checked;
}
