// Everything else that is pressed: reactions, shortcuts, one's own messages, the clock, trouble on demand.

import { closeMenus } from "./menus.js";
import { post } from "./post.js";

const windows = { edit: document.getElementById("edit-message"), delete: document.getElementById("delete-message") };

const pressed = {
  "[data-react]": (one) => post("react", { ts: one.dataset.ts, name: one.dataset.react }),
  "[data-shortcut]": (one) => post("shortcut", { callback_id: one.dataset.shortcut, ts: one.dataset.ts ?? null }),
  "[data-moment]": (one) => post("clock", { moment: one.dataset.moment }),
  "[data-deed]": (one) => post(one.dataset.deed, JSON.parse(one.dataset.order ?? "{}")),
  "[data-dismiss-notice]": () => post("dismiss", {}),
  "[data-dismiss]": (one) => one.closest("dialog").close(),
  "[data-edit-message]": (one) => openWindow(windows.edit, one.dataset.editMessage, one.dataset.text),
  "[data-delete-message]": (one) => openWindow(windows.delete, one.dataset.deleteMessage, one.dataset.text),
};

function openWindow(dialog, ts, text) {
  closeMenus(null);
  dialog.dataset.ts = ts;
  dialog.querySelector(".said").textContent = "";
  const field = dialog.querySelector("textarea");
  if (field) field.value = text;
  else dialog.querySelector("blockquote").textContent = text;
  dialog.showModal();
}

async function finish(dialog, deed, order) {
  const { ok, answer } = await post(deed, order);
  if (ok) dialog.close();
  else dialog.querySelector(".said").textContent = answer.error;
}

const submitted = {
  "[data-edit]": () =>
    finish(windows.edit, "edit", { ts: windows.edit.dataset.ts, text: windows.edit.querySelector("textarea").value }),
  "[data-delete]": () => finish(windows.delete, "delete", { ts: windows.delete.dataset.ts }),
  "[data-another-time]": (form) => post("clock", { at: form.querySelector("input").value }),
  "[data-deed-form]": (form) => post(form.dataset.deedForm, Object.fromEntries(new FormData(form))),
};

// What the server cannot tell, because it was not reached, is told here.
function tell(done) {
  const lost = done && !done.ok && !done.told;
  document.getElementById("trouble").textContent = lost ? done.answer.error : "";
}

document.addEventListener("acted", ({ detail }) => {
  const reached = document.documentElement.hasAttribute("data-live");
  tell({ ok: !detail?.error, told: reached, answer: detail });
});

document.addEventListener("click", async (event) => {
  for (const [selector, act] of Object.entries(pressed)) {
    const one = event.target.closest(selector);
    if (one) tell(await act(one));
  }
});

document.addEventListener("submit", (event) => {
  for (const [selector, act] of Object.entries(submitted)) {
    if (event.target.matches(selector)) {
      event.preventDefault();
      act(event.target).then(tell);
    }
  }
});
