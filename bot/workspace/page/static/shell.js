// Everything the page does by itself, started in order.

import "./menus.js";
import "./drawers.js";
import "./composer.js";
import "./acts.js";
import { start } from "./live.js";
import { post } from "./post.js";

start();
post("visit", { place: document.body.dataset.place });

const first = document.querySelector("[data-open-first]");
if (first) {
  first.open = true;
  first.querySelector("summary").focus();
}
