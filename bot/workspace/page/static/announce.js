// Says new messages to whoever listens to the page, once each and politely.

const LONGEST = 240;
const shown = new Set();

const messages = () => document.querySelectorAll("#region-main [data-ts].message, #region-thread [data-ts].message");

export function rememberShown() {
  for (const one of messages()) shown.add(one.dataset.ts);
}

export function announceNew() {
  const fresh = [...messages()].filter((one) => !shown.has(one.dataset.ts));
  rememberShown();
  if (fresh.length) document.getElementById("announcer").textContent = fresh.map(words).join(" ");
}

function words(message) {
  const author = message.querySelector(".author").textContent;
  const text = message.querySelector(".said-here").innerText.replace(/\s+/g, " ").trim();
  return `${author}: ${text.slice(0, LONGEST)}`;
}
