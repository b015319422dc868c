// A menu whose options the app suggests while somebody types: an editable combobox with a list.

import { confirmed } from "./field-confirm.js";
import { act, post, settle, spotOf } from "./field-sending.js";
import { addChosen, chosen } from "./field-values.js";

const PAUSE_MS = 250;

const timers = new WeakMap();
const asked = new WeakMap(); // lookup -> number of its latest question: older answers come too late

const parts = (lookup) => ({
  input: lookup.querySelector("[role=combobox]"),
  list: lookup.querySelector("[role=listbox]"),
  said: lookup.querySelector("[data-said]"),
});

const isMany = (lookup) => lookup.dataset.type.startsWith("multi_");

export function onInput(lookup) {
  lookup.dataset.dirty = "";
  clearTimeout(timers.get(lookup));
  timers.set(lookup, setTimeout(() => ask(lookup), PAUSE_MS));
}

export function onFocus(lookup) {
  if (Number(lookup.dataset.least) === 0 && parts(lookup).list.hidden) ask(lookup);
}

async function ask(lookup) {
  const { input, said } = parts(lookup);
  const typed = input.value.trim();
  const least = Number(lookup.dataset.least);
  lookup.dataset.dirty = ""; // the list that comes is not to be drawn over
  const number = (asked.get(lookup) ?? 0) + 1;
  asked.set(lookup, number);
  if (typed.length < least) {
    hide(lookup);
    said.textContent = typed ? `Type at least ${least} characters.` : "";
    return;
  }
  const answer = await post("suggest", { ...spotOf(lookup), typed });
  if (asked.get(lookup) === number && input.isConnected) offer(lookup, answer);
}

function offer(lookup, answer) {
  const { input, list, said } = parts(lookup);
  const groups = [{ options: answer.options ?? [] }, ...(answer.option_groups ?? [])];
  list.replaceChildren();
  for (const group of groups) {
    for (const option of group.options) list.append(drawn(list, option, group.label?.text));
  }
  const count = list.children.length;
  list.hidden = count === 0;
  input.setAttribute("aria-expanded", String(count > 0));
  input.removeAttribute("aria-activedescendant");
  said.textContent = answer.error ?? answer.trouble ?? (count ? `${count} to choose from.` : "Nothing was found.");
}

function drawn(list, option, group) {
  const item = Object.assign(document.createElement("li"), { id: `${list.id}:${list.children.length}` });
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  item.dataset.value = option.value;
  item.dataset.label = option.text.text;
  item.append(option.text.text);
  const more = [group, option.description?.text].filter(Boolean).join(" · ");
  if (more) item.append(Object.assign(document.createElement("span"), { className: "b-muted", textContent: more }));
  return item;
}

export function onKey(event) {
  const lookup = event.target.matches?.("[role=combobox]") && event.target.closest(".b-lookup");
  if (!lookup) return;
  const { list } = parts(lookup);
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (list.hidden) ask(lookup);
    else move(lookup, event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter") {
    event.preventDefault(); // in a form, Enter would send it
    const marked = list.querySelector("[aria-selected=true]");
    if (!list.hidden && marked) choose(lookup, marked);
  } else if (event.key === "Escape" && !list.hidden) {
    event.preventDefault();
    event.stopImmediatePropagation();
    putBack(lookup);
  }
}

function move(lookup, by) {
  const { input, list } = parts(lookup);
  const items = [...list.children];
  const at = items.findIndex((item) => item.getAttribute("aria-selected") === "true");
  const next = items[(at < 0 && by < 0 ? items.length - 1 : at + by + items.length) % items.length];
  for (const item of items) item.setAttribute("aria-selected", String(item === next));
  input.setAttribute("aria-activedescendant", next.id);
  next.scrollIntoView({ block: "nearest" });
}

export async function choose(lookup, item) {
  const { input, said } = parts(lookup);
  const { value, label } = item.dataset;
  hide(lookup);
  if (!(await confirmed(lookup))) {
    putBack(lookup);
    return;
  }
  said.textContent = `${label} is chosen.`;
  if (!isMany(lookup)) {
    input.value = label;
    input.dataset.value = value;
    input.dataset.label = label;
    act(lookup, value);
    return;
  }
  input.value = "";
  const before = chosen(lookup);
  if (before.includes(value)) return;
  if (before.length >= Number(lookup.dataset.most || Infinity)) {
    said.textContent = `At most ${lookup.dataset.most} can be chosen here.`;
    return;
  }
  addChosen(lookup, value, label);
  act(lookup, chosen(lookup));
}

function hide(lookup) {
  const { input, list } = parts(lookup);
  list.hidden = true;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

// Whoever leaves without choosing has changed nothing; whoever emptied the field has chosen nothing.
export function onLeave(lookup) {
  const { input } = parts(lookup);
  clearTimeout(timers.get(lookup));
  asked.set(lookup, (asked.get(lookup) ?? 0) + 1);
  if (!isMany(lookup) && input.value.trim() === "" && input.dataset.value) {
    delete input.dataset.value;
    delete input.dataset.label;
    input.defaultValue = "";
    act(lookup, null);
  }
  putBack(lookup);
}

function putBack(lookup) {
  const { input } = parts(lookup);
  hide(lookup);
  input.value = isMany(lookup) || !input.dataset.value ? "" : input.dataset.label ?? input.defaultValue;
  settle(lookup);
}
