// Tells the workspace what a person does with the controls in blocks.
//
// While a control has `data-dirty`, what it holds is not at the workspace yet; `data-entered` is the number under
// which it arrived. Whatever redraws the page leaves it alone while the drawing is from before that. Every answer is announced as an "acted" event on the document, with the answer as its detail.

const TYPING_PAUSE_MS = 400;

const unsent = new Map(); // control -> {spot, read, timer}: it may be off the page by the time it is sent
const underway = new Map(); // control -> how many of its acts have not been answered
let last = Promise.resolve(); // acts leave one after the other, so that a click finds what was typed before it

export function home() {
  return location.pathname.match(/^\/as\/[^/]+/)?.[0] ?? "";
}

export async function post(path, body) {
  try {
    const response = await fetch(`${home()}/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    return await response.json();
  } catch {
    return { error: "The workspace does not answer. What you entered is still here." };
  }
}

export function spotOf(control) {
  const surface = control.closest("[data-surface]");
  return {
    surface: surface.dataset.surface,
    id: surface.dataset.id,
    channel: surface.dataset.channel || null,
    block_id: control.dataset.block,
    action_id: control.dataset.action,
  };
}

export function act(control, value, entered = false) {
  sendTyped();
  return enqueue(control, spotOf(control), value, entered);
}

function enqueue(control, spot, value, entered) {
  control.toggleAttribute("data-busy", true);
  control.dataset.dirty = ""; // what is drawn meanwhile may be from before
  underway.set(control, (underway.get(control) ?? 0) + 1);
  const answer = last.then(() => post("act", { ...spot, value, entered }));
  last = answer.then((told) => {
    underway.set(control, underway.get(control) - 1);
    if (underway.get(control) === 0) underway.delete(control);
    control.toggleAttribute("data-busy", underway.has(control));
    if (told.entered) control.dataset.entered = told.entered;
    settle(control);
    document.dispatchEvent(new CustomEvent("acted", { detail: told }));
  });
  return answer;
}

// Whatever redraws the page may have it again, unless something of it has not arrived yet.
export function settle(control) {
  if (!unsent.has(control) && !underway.has(control)) control.removeAttribute("data-dirty");
}

// What is typed leaves after a short pause, or as soon as anything else is done.
export function typed(control, read) {
  hold(control, read);
  unsent.get(control).timer = setTimeout(() => sendOne(control), TYPING_PAUSE_MS);
}

// Kept until `sendOne`, with no timer: for a list that is sent when it is closed.
export function hold(control, read) {
  clearTimeout(unsent.get(control)?.timer);
  control.dataset.dirty = "";
  unsent.set(control, { spot: spotOf(control), read });
}

// It was not meant: nothing is sent of it.
export function forget(control) {
  clearTimeout(unsent.get(control)?.timer);
  unsent.delete(control);
  settle(control);
}

export function changedSince(control) {
  return unsent.has(control);
}

export function sendOne(control, entered = false) {
  const waiting = unsent.get(control);
  if (!waiting) return;
  clearTimeout(waiting.timer);
  unsent.delete(control);
  enqueue(control, waiting.spot, waiting.read(control), entered);
}

export function sendTyped() {
  for (const control of [...unsent.keys()]) sendOne(control);
}

// Until everything that was done has been answered.
export async function settled() {
  sendTyped();
  await last;
}
