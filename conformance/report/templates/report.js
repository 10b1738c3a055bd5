"use strict";
const controls = document.querySelector(".controls");
const search = controls.querySelector("input");
const tally = controls.querySelector("output");
const buttons = [...controls.querySelectorAll("button")];
const groups = [...document.querySelectorAll("[data-group]")];
const entries = [...document.querySelectorAll("[data-verdict]")].map((node) => ({
  node,
  text: `${node.querySelector("summary, p").textContent} ${node.dataset.checks}`.toLowerCase(),
}));

function pressed(name) {
  return buttons.filter((one) => one.name === name && one.getAttribute("aria-pressed") === "true").map((one) => one.value);
}

function apply() {
  const chosen = { verdict: pressed("verdict"), level: pressed("level") };
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let left = 0;
  for (const { node, text } of entries) {
    const fits = Object.entries(chosen).every(([name, values]) => !values.length || values.includes(node.dataset[name]));
    node.hidden = !(fits && words.every((word) => text.includes(word)));
    left += !node.hidden;
  }
  for (const group of groups) {
    group.hidden = !group.querySelector("[data-verdict]:not([hidden])");
  }
  tally.textContent = left < entries.length ? `${left} of ${entries.length}` : "";
}

function lay(root) {
  for (const button of root.querySelectorAll("button.copy")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.parentElement.querySelector("code, pre").textContent);
      button.textContent = "copied";
    });
  }
}

async function unpack(details) {
  const store = details.querySelector(":scope > script");
  if (!store) return;
  const bytes = Uint8Array.from(atob(store.textContent), (letter) => letter.charCodeAt(0));
  store.remove();
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const place = document.createElement("div");
  place.innerHTML = await new Response(stream).text();
  details.append(place);
  lay(place);
}

function open() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let node = target; node; node = node.parentElement) {
    if (node.tagName === "DETAILS") node.open = true;
    node.hidden = false;
  }
  if (!target) return;
  target.scrollIntoView();
  requestAnimationFrame(() => target.scrollIntoView()); // what has come into view has its true height now
}

for (const button of buttons) {
  button.addEventListener("click", () => {
    button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
    apply();
  });
}
search.addEventListener("input", apply);
document.addEventListener("toggle", (event) => {
  if (event.target.open) unpack(event.target);
}, true);
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && event.target.tagName !== "INPUT") {
    event.preventDefault();
    search.focus();
  }
});
addEventListener("hashchange", open);
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details.print, details.print details.wire")) details.open = true;
});
controls.hidden = false;
lay(document);
open();
