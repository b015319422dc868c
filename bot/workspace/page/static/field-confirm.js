// The question that an app wants answered before something is done (`confirm`).

export function confirmed(control) {
  const template = control.dataset.confirm && document.getElementById(control.dataset.confirm);
  if (!template) return Promise.resolve(true);
  const before = document.activeElement;
  const dialog = template.content.firstElementChild.cloneNode(true);
  document.body.append(dialog);
  dialog.returnValue = "deny";
  dialog.showModal();
  return new Promise((answer) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      before?.focus();
      answer(dialog.returnValue === "confirm");
    });
  });
}
