// What a control holds, as the workspace takes it: text, a value, a list of values, or null.

const WITHOUT_VALUE = new Set(["button", "workflow_button", "icon_button", "feedback_buttons", "overflow"]);

export function valueOf(control) {
  const type = control.dataset.type;
  if (type === "radio_buttons") return control.querySelector("input:checked")?.value ?? null;
  if (type === "checkboxes" || control.matches(".b-many")) return checked(control);
  if (type === "file_input" || type === "multi_external_select") return chosen(control);
  if (type === "external_select") return control.querySelector("[role=combobox]").dataset.value || null;
  return control.value || null;
}

function checked(control) {
  return [...control.querySelectorAll("input[type=checkbox]:checked")].map((box) => box.value);
}

export function chosen(control) {
  return [...control.querySelectorAll("[data-remove]")].map((button) => button.value);
}

// Everything in a form that can be filled in, as {block_id: {action_id: value}}.
export function valuesOf(form) {
  const values = {};
  for (const control of form.querySelectorAll("[data-action]")) {
    if (WITHOUT_VALUE.has(control.dataset.type)) continue;
    (values[control.dataset.block] ??= {})[control.dataset.action] = valueOf(control);
  }
  return values;
}

// Back to what the page was drawn with: for a change that was not confirmed.
export function putBack(control) {
  const fields = control.matches("input, select, textarea") ? [control] : control.querySelectorAll("input");
  for (const field of fields) {
    if (field.matches("select")) for (const option of field.options) option.selected = option.defaultSelected;
    else if (field.matches("[type=checkbox], [type=radio]")) field.checked = field.defaultChecked;
    else field.value = field.defaultValue;
  }
}

// A chosen thing that can be taken out again.
export function addChosen(control, value, label) {
  const list = control.querySelector("[data-chosen]");
  const button = Object.assign(document.createElement("button"), {
    type: "button",
    className: "b-button b-small",
    value,
  });
  button.dataset.remove = "";
  const spoken = Object.assign(document.createElement("span"), { className: "b-unseen", textContent: "Take out " });
  const cross = Object.assign(document.createElement("span"), { textContent: " ×" });
  cross.setAttribute("aria-hidden", "true");
  button.append(spoken, label, cross);
  const item = document.createElement("li");
  item.append(button);
  list.append(item);
}
