// Tables of several pages: the page that is open stays open when the table is drawn anew.

const pages = new Map(); // id of the table -> number of the page that is open

export function turn(button) {
  const table = button.closest("[data-pages]");
  pages.set(table.id, (pages.get(table.id) ?? 0) + Number(button.dataset.turn));
  show(table);
}

export function showAll() {
  for (const table of document.querySelectorAll("[data-pages]")) if (pages.has(table.id)) show(table);
}

function show(table) {
  const rows = [...table.querySelectorAll("tbody tr")];
  const size = Number(table.dataset.pages);
  const last = Math.max(0, Math.ceil(rows.length / size) - 1);
  const page = Math.min(Math.max(pages.get(table.id), 0), last);
  pages.set(table.id, page);
  const [from, to] = [page * size, Math.min((page + 1) * size, rows.length)];
  rows.forEach((row, index) => set(row, "hidden", index < from || index >= to));
  const said = table.querySelector("[data-page-shown]");
  const words = `${from + 1} to ${to} of ${rows.length}`;
  if (said && said.textContent !== words) said.textContent = words;
  for (const button of table.querySelectorAll("[data-turn]")) {
    set(button, "disabled", Number(button.dataset.turn) < 0 ? page === 0 : page === last);
  }
}

// Only what differs is touched: the observer of changes would otherwise never come to rest.
function set(element, name, value) {
  if (element[name] !== value) element[name] = value;
}
