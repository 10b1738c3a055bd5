"use strict";
const controls = document.querySelector(".controls");
const search = controls.querySelector("input");
const buttons = [...controls.querySelectorAll("button")];
const entries = [...document.querySelectorAll("[data-verdict]")];
const groups = [...document.querySelectorAll("[data-group]")];
const texts = new Map(entries.map((entry) => [entry, entry.dataset.text.toLowerCase()]));

function apply() {
  const chosen = buttons.filter((one) => one.getAttribute("aria-pressed") === "true").map((one) => one.value);
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const entry of entries) {
    const text = texts.get(entry);
    const fits = !chosen.length || chosen.includes(entry.dataset.verdict);
    entry.hidden = !(fits && words.every((word) => text.includes(word)));
  }
  for (const group of groups) {
    group.hidden = !group.querySelector("[data-verdict]:not([hidden])");
  }
}

function open() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let node = target; node; node = node.parentElement) {
    if (node.tagName === "DETAILS") node.open = true;
    node.hidden = false;
  }
  if (target) target.scrollIntoView();
}

for (const button of buttons) {
  button.addEventListener("click", () => {
    button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
    apply();
  });
}
search.addEventListener("input", apply);
addEventListener("hashchange", open);
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details.print")) details.open = true;
});
controls.hidden = false;
open();
