// The modal: a native dialog, so that the browser keeps focus inside and the rest of the page out of reach.

import { focusOnLoad, settled, valuesOf } from "./fields.js";
import { post } from "./post.js";

let view = null;
let cameFrom = null;
let sent = null;

const open = () => document.querySelector("#region-modal > dialog");

export function syncModal() {
  const dialog = open();
  if (!dialog) {
    if (view) giveFocusBack();
    view = null;
    return;
  }
  if (!view) cameFrom = { element: document.activeElement, id: document.activeElement?.id };
  if (!dialog.open) dialog.showModal();
  if (dialog.dataset.modal !== view || isNewScreen(dialog) || document.activeElement === document.body) {
    focusFirst(dialog);
    sent = null;
  }
  view = dialog.dataset.modal;
}

const asked = (dialog) => [...dialog.querySelectorAll("[data-input]")].map((one) => one.dataset.input).join();

// What was sent was answered with other questions in the same window: one begins at their top.
const isNewScreen = (dialog) => sent !== null && asked(dialog) !== sent;

function focusFirst(dialog) {
  if (focusOnLoad(dialog)) return;
  const field = dialog.querySelector(".window-body :is(input:not([type=hidden]), textarea, select)");
  (field ?? dialog.querySelector("h2")).focus();
}

function giveFocusBack() {
  const { element, id } = cameFrom ?? {};
  const target = element?.isConnected ? element : id && document.getElementById(id);
  if (target && target !== document.body) target.focus();
  else document.getElementById("main").focus({ preventScroll: true });
}

// What was typed a moment ago leaves first: an app may promise to keep it.
async function close(id) {
  await settled();
  const { ok, told, answer } = await post("close", { id });
  if (!ok && !told) open().querySelector(".said").textContent = answer.error;
}

async function submit(form) {
  if (form.dataset.busy) return;
  form.dataset.busy = "yes";
  const said = form.querySelector(".said");
  await settled();
  sent = asked(form);
  const { ok, told, answer } = await post("submit", { id: form.dataset.submit, values: valuesOf(form) });
  delete form.dataset.busy;
  if (!ok && !told) said.textContent = answer.error;
  if (!ok) sent = null;
  const errors = Object.entries(answer.errors ?? {});
  if (!errors.length) return;
  // The drawing may have overtaken the answer: to wait for another would take the focus from whoever types by then.
  if (errors.every(([block, words]) => isDrawn(form, block, words))) focusFirstError(form);
  else whenDrawn(() => focusFirstError(form));
}

function isDrawn(form, block, words) {
  return form.querySelector(`[data-input="${CSS.escape(block)}"] .b-error`)?.textContent === words;
}

function whenDrawn(then) {
  document.addEventListener("page:changed", then, { once: true });
}

function focusFirstError(form) {
  form.querySelector("[aria-invalid=true]")?.focus();
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-submit]");
  if (!form) return;
  event.preventDefault();
  submit(form);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-close-view]");
  if (button) close(button.dataset.closeView);
});

// Escape closes in the app, not only on the screen: the app may have asked to hear of it.
document.addEventListener(
  "cancel",
  (event) => {
    if (!event.target.dataset?.modal) return;
    event.preventDefault();
    close(event.target.dataset.modal);
  },
  true,
);
