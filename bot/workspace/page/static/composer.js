// What is typed at the foot of a conversation: Enter sends, a slash offers commands, a draft survives a reload.

import { post, upload } from "./post.js";

const TALLEST_PX = 220;

class Composer {
  constructor(form) {
    this.form = form;
    this.text = form.querySelector("textarea");
    this.said = form.querySelector(".said");
    this.attached = form.querySelector(".attached");
    this.list = form.querySelector("[role=listbox]");
    this.options = [...this.list.children];
    this.files = [];
    this.draft = `draft:${document.body.dataset.base}:${form.dataset.channel}:${form.dataset.thread}`;
    this.text.value = sessionStorage.getItem(this.draft) ?? "";
    this.grow();
    this.text.addEventListener("input", () => this.changed());
    this.text.addEventListener("keydown", (event) => this.key(event));
    this.text.addEventListener("blur", () => this.offer([]));
    this.list.addEventListener("mousedown", (event) => this.take(event));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    form.querySelector("[data-attach]").addEventListener("change", (event) => this.attach(event.target));
  }

  changed() {
    sessionStorage.setItem(this.draft, this.text.value);
    this.grow();
    const typed = this.text.value;
    const asks = /^\/\S*$/.test(typed);
    this.offer(asks ? this.options.filter((one) => one.dataset.command.startsWith(typed)) : []);
  }

  grow() {
    this.text.rows = Math.min(8, this.text.value.split("\n").length);
    this.text.scrollTop = TALLEST_PX;
  }

  key(event) {
    if (event.isComposing) return;
    if (!this.list.hidden && this.keyInList(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.send();
    }
  }

  keyInList(event) {
    const offered = this.options.filter((one) => !one.hidden);
    const at = offered.findIndex((one) => one.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.select(offered[(at + step + offered.length) % offered.length]);
    else if (event.key === "Escape") this.offer([]);
    else if (event.key === "Tab" || (event.key === "Enter" && offered[at].dataset.command !== this.text.value)) {
      this.complete(offered[at]);
    } else return false;
    event.preventDefault();
    return true;
  }

  offer(options) {
    if (!this.options.length) return;
    for (const one of this.options) one.hidden = !options.includes(one);
    this.list.hidden = !options.length;
    this.select(options[0]);
  }

  select(option) {
    for (const one of this.options) one.setAttribute("aria-selected", String(one === option));
    if (option) this.text.setAttribute("aria-activedescendant", option.id);
    else this.text.removeAttribute("aria-activedescendant");
  }

  take(event) {
    event.preventDefault();
    const option = event.target.closest("[data-command]");
    if (option) this.complete(option);
  }

  complete(option) {
    this.text.value = `${option.dataset.command} `;
    this.changed();
    this.text.focus();
  }

  async attach(input) {
    const [file] = input.files;
    if (!file) return;
    this.said.textContent = "";
    const { ok, answer } = await upload(file);
    input.value = "";
    if (!ok) this.said.textContent = answer.error;
    else this.files.push(answer);
    this.drawAttached();
    this.text.focus();
  }

  drawAttached() {
    this.attached.replaceChildren(...this.files.map((file) => this.chip(file)));
  }

  chip(file) {
    const item = document.createElement("li");
    const away = document.createElement("button");
    away.type = "button";
    away.textContent = "Remove";
    away.setAttribute("aria-label", `Remove ${file.name}`);
    away.addEventListener("click", () => {
      this.files = this.files.filter((one) => one !== file);
      this.drawAttached();
      this.text.focus();
    });
    item.append(file.name, " ", away);
    return item;
  }

  async send() {
    const text = this.text.value;
    if (this.busy || (!text.trim() && !this.files.length)) return;
    this.busy = true;
    this.said.textContent = "";
    const { ok, told, answer } = await this.deliver(text);
    this.busy = false;
    if (!ok) {
      if (!told) this.said.textContent = answer.error;
      return;
    }
    if (answer.trouble) return;
    this.files = [];
    this.drawAttached();
    if (this.text.value === text) this.text.value = "";
    this.changed();
  }

  deliver(text) {
    const channel = this.form.dataset.channel || null;
    const thread = this.form.dataset.thread || null;
    const command = !thread && !this.files.length && /^(\/\S+)\s*([\s\S]*)$/.exec(text);
    if (command) return post("command", { command: command[1], text: command[2].trim(), channel });
    return post("say", { text, channel, thread, files: this.files.map((file) => file.id) });
  }
}

for (const form of document.querySelectorAll("form[data-say]")) new Composer(form);
