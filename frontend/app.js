// Starts the GOV.UK components of a page; pages work without any of this. The layout may name the
// library with its fingerprint: <script type="module" src="…/app.js" data-govuk="…">.
const named = document.querySelector("script[data-govuk]")?.dataset.govuk;
const address = new URL(named ?? "./govuk-frontend.min.js", named ? document.baseURI : import.meta.url);
const { initAll } = await import(address.href);

initAll();

// A long form sent twice is a version more and a conflict with oneself: the second press waits.
for (const form of document.querySelectorAll("form[data-send-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
    }
    form.dataset.sent = "yes";
  });
}
// Coming back to a page by the browser's own button makes its forms usable again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
  }
});

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
