// Runs before anything is shown: tells the style sheet that scripts run, so that nothing jumps once
// the components start. A file of its own, because no script may stand within a page.
document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("govuk-frontend-supported");
}
