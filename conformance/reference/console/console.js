"use strict";

const dark = matchMedia("(prefers-color-scheme: dark)");
const paint = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", paint);
paint();

// What Swagger UI tells only those who see it: selector, attribute, value (none: taken away).
const TOLD = [
  ["#servers", "aria-label", () => "Server"],
  [".close-modal", "aria-label", () => "Close"],
  ["select.examples-select-element", "aria-label", (one) => `Example of ${named(one)}`],
  ["td :is(input, select, textarea):not([aria-label])", "aria-label", named],
  [".information-container", "role", () => "region"],
  [".information-container", "aria-label", () => "About"],
  [".scheme-container", "role", () => "region"],
  [".scheme-container", "aria-label", () => "Server and authorization"],
  ["#console h3", "aria-level", () => "2"],
  ["#console h4", "aria-level", () => "3"],
  ["#console h5", "aria-level", () => "4"],
  ["table[role]", "role", () => null],
  ["pre.curl", "tabindex", () => "0"],
  [".modal-btn.authorize", "aria-label", () => null],
  ["div.view-line-link", "aria-label", () => null],
  ["button a[href]", "href", () => null],
];

function named(control) {
  const row = control.closest("tr")?.dataset;
  return row?.paramName ?? row?.propertyName ?? "the answer";
}

function tell() {
  for (const [selector, attribute, value] of TOLD) {
    for (const one of document.querySelectorAll(selector)) {
      const text = value(one);
      if (text === null) one.removeAttribute(attribute);
      else one.setAttribute(attribute, text);
    }
  }
}

new MutationObserver(tell).observe(document.getElementById("console"), { childList: true, subtree: true });

SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#console",
  deepLinking: true,
  displayRequestDuration: true,
  validatorUrl: null,
  withCredentials: true,
});
