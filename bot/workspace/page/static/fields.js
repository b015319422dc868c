// The controls in blocks. Listens for the whole document, so that what is drawn later works as well.

import { confirmed } from "./field-confirm.js";
import * as lookup from "./field-lookup.js";
import * as menus from "./field-menus.js";
import * as pages from "./field-pages.js";
import { act, changedSince, forget, home, sendOne, settled, typed } from "./field-sending.js";
import { addChosen, chosen, putBack, valueOf, valuesOf } from "./field-values.js";

export { settled, valuesOf };

const NEARLY_FULL = 200;
const TYPED = "input[type=text][data-action], textarea[data-action]";

// The control that is to have the focus when its modal opens, if the app named one.
export function focusOnLoad(root) {
  const wanted = root.querySelector("[data-focus]");
  if (!wanted) return false;
  const control = wanted.matches("input, select, textarea, button") ? wanted : wanted.querySelector("input, summary");
  control?.focus();
  return Boolean(control);
}

async function pressed(event, control) {
  const menu = control.closest("details.b-menu");
  if (menu) menus.close(menu);
  const asks = Boolean(control.dataset.confirm);
  if (asks && control.href) event.preventDefault();
  if (!(await confirmed(control))) return;
  if (asks && control.href) window.open(control.href, "_blank", "noopener");
  act(control, control.dataset.value ?? (control.value || null));
}

async function changed(control) {
  if (await confirmed(control)) act(control, valueOf(control));
  else putBack(control);
}

async function closed(many) {
  if (!changedSince(many)) return;
  if (await confirmed(many)) {
    sendOne(many);
    return;
  }
  forget(many);
  putBack(many);
  menus.show(many);
}

async function takeOut(button) {
  const control = button.closest("[data-action]");
  button.closest("li").remove();
  control.querySelector("input").focus();
  act(control, chosen(control));
}

async function upload(control, input) {
  const said = control.querySelector("[data-said]");
  const room = Number(control.dataset.most) - chosen(control).length;
  const files = [...input.files];
  input.value = "";
  if (files.length > room) {
    said.textContent = `At most ${control.dataset.most} can go here.`;
    return;
  }
  for (const file of files) {
    said.textContent = `${file.name} is on its way…`;
    const kept = await sent(file);
    said.textContent = kept.error ?? `${file.name} is there.`;
    if (kept.error) return;
    addChosen(control, kept.id, file.name);
  }
  const answer = await act(control, chosen(control));
  if (answer.error) {
    said.textContent = answer.error;
    for (const file of files) control.querySelector("[data-chosen]").lastElementChild?.remove();
  }
}

async function sent(file) {
  try {
    const response = await fetch(`${home()}/upload?name=${encodeURIComponent(file.name)}`, {
      method: "POST",
      headers: { "Content-Type": "application/octet-stream" },
      body: file,
    });
    return await response.json();
  } catch {
    return { error: `${file.name} could not be uploaded.` };
  }
}

function count(control) {
  for (const line of document.querySelectorAll("[data-count-for]")) {
    if (line.dataset.countFor !== control.id) continue;
    const left = Number(line.dataset.most) - [...control.value].length;
    // Only near the end is the number of use to anybody.
    line.textContent = left < 0 ? `${-left} too many` : left <= NEARLY_FULL ? `${left} left` : "";
    line.classList.toggle("b-over", left < 0);
  }
}

document.addEventListener("click", (event) => {
  menus.onOutsideClick(event);
  const control = event.target.closest("button[data-action], a[data-action]");
  const field = event.target.matches("[role=combobox]") && event.target.closest(".b-lookup");
  const option = event.target.closest("[role=option]");
  const remove = event.target.closest("[data-remove]");
  const turn = event.target.closest("[data-turn]");
  if (field) lookup.onFocus(field); // it may have the focus already, from what was chosen before
  else if (option?.closest(".b-lookup")) lookup.choose(option.closest(".b-lookup"), option);
  else if (remove) takeOut(remove);
  else if (turn) pages.turn(turn);
  else if (control) pressed(event, control);
});

document.addEventListener("mousedown", (event) => {
  if (event.target.closest("[role=option]")?.closest(".b-lookup")) event.preventDefault(); // the field keeps the focus
});

document.addEventListener("input", ({ target }) => {
  if (target.matches("[data-filter]")) menus.onFilter(target);
  else if (target.matches(".b-lookup [role=combobox]")) lookup.onInput(target.closest(".b-lookup"));
  else if (target.matches(TYPED)) {
    typed(target, valueOf);
    count(target);
  }
});

document.addEventListener("change", ({ target }) => {
  if (target.matches(TYPED)) sendOne(target);
  else if (target.matches(".b-many .b-choice input")) menus.onTick(target.closest(".b-many"));
  else if (target.matches(".b-upload input[type=file]")) upload(target.closest(".b-upload"), target);
  else if (target.matches("select[data-action], input[data-action]")) changed(target);
  else if (target.closest(".b-options[data-action]")) changed(target.closest(".b-options"));
});

document.addEventListener(
  "keydown",
  (event) => {
    menus.onKey(event);
    lookup.onKey(event);
    const { target, key } = event;
    if (key !== "Enter" || event.isComposing || !target.matches?.(TYPED)) return;
    if (!target.dataset.hears.includes("on_enter_pressed")) return;
    if (target.matches("textarea") && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    typed(target, valueOf);
    sendOne(target, true);
  },
  true,
);

document.addEventListener("focusin", ({ target }) => {
  if (target.matches?.(".b-lookup [role=combobox]")) lookup.onFocus(target.closest(".b-lookup"));
});

document.addEventListener("focusout", (event) => {
  menus.onFocusOut(event);
  const one = event.target.matches?.("[role=combobox]") && event.target.closest(".b-lookup");
  if (one && !one.contains(event.relatedTarget)) lookup.onLeave(one);
});

document.addEventListener(
  "toggle",
  ({ target }) => {
    if (target.matches?.("details.b-many") && !target.open) closed(target);
  },
  true,
);

new MutationObserver(pages.showAll).observe(document.body, {
  subtree: true,
  childList: true,
  attributes: true,
  attributeFilter: ["hidden", "disabled"],
});
