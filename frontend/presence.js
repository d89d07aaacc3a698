// Colleagues see who has a question open: a form with data-here="<address>" says so while somebody
// works in it. Nothing is said of what is typed, and nothing depends on it being heard.
const SAY_EVERY = 30_000;

for (const form of document.querySelectorAll("form[data-here]")) {
  let typed = false;
  let said = -SAY_EVERY;

  const say = () => {
    if (performance.now() - said < SAY_EVERY - 1000) {
      return;
    }
    said = performance.now();
    const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value });
    fetch(form.dataset.here, { method: "POST", body }).catch(() => {});
  };

  form.addEventListener("focusin", say);
  form.addEventListener("input", () => {
    typed = true;
    say();
  });
  setInterval(() => {
    const focused = document.hasFocus() && form.contains(document.activeElement);
    if (!form.dataset.sent && (typed || focused)) {
      say();
    }
  }, SAY_EVERY);
}
