// Menus are <details>: they open without a script. This adds arrow keys, Escape, and one open at a time.

const items = (menu) => [...menu.querySelectorAll("a[href], button, input")].filter((one) => one.offsetParent);

export function closeMenu(menu, andFocus) {
  menu.open = false;
  if (andFocus) menu.querySelector("summary").focus();
}

export function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except && !menu.contains(except)) closeMenu(menu, false);
  }
}

function move(menu, step) {
  const all = items(menu);
  const at = all.indexOf(document.activeElement);
  const to = at < 0 ? (step > 0 ? 0 : all.length - 1) : (at + step + all.length) % all.length;
  all[to]?.focus();
}

// A menu near the foot of the page opens upwards.
document.addEventListener(
  "toggle",
  ({ target: menu }) => {
    if (!menu.matches?.("details.menu")) return;
    menu.removeAttribute("data-up");
    if (!menu.open) return;
    const list = menu.lastElementChild.getBoundingClientRect();
    const room = menu.closest(".scroll")?.getBoundingClientRect() ?? { top: 0, bottom: innerHeight };
    const fitsAbove = menu.getBoundingClientRect().top - list.height > room.top;
    menu.toggleAttribute("data-up", list.bottom > room.bottom && fitsAbove);
  },
  true,
);

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details.menu");
  if (!menu) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && !event.target.matches("input, textarea, select")) {
    event.preventDefault();
    menu.open = true;
    move(menu, step);
  }
});

// Escape closes the innermost thing that is open; `escape` in drawers.js comes after this.
export function escapeMenu() {
  const menu = document.activeElement?.closest("details.menu[open]") ?? document.querySelector("details.menu[open]");
  if (menu) closeMenu(menu, true);
  return Boolean(menu);
}

document.addEventListener("click", (event) => {
  const menu = event.target.closest("details.menu");
  closeMenus(menu);
  if (menu && event.target.closest("button") && !event.target.closest("form")) closeMenu(menu, true);
});
