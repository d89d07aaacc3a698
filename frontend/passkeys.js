// Passkeys: a form with data-passkey="get" or "create" is answered by a device. The page is asked
// what to sign (data-question), the device signs it, and the form is sent with what came of it.
// Where the browser cannot, the form stays hidden and what stands for it says what to do instead.
const Key = window.PublicKeyCredential;
const ABLE = Boolean(Key?.parseCreationOptionsFromJSON && Key.parseRequestOptionsFromJSON && Key.prototype.toJSON);

const signed = async (kind, question) => {
  const credential =
    kind === "create"
      ? await navigator.credentials.create({ publicKey: Key.parseCreationOptionsFromJSON(question) })
      : await navigator.credentials.get({ publicKey: Key.parseRequestOptionsFromJSON(question) });
  return JSON.stringify(credential.toJSON());
};

const questionFor = async (form) => {
  const body = new URLSearchParams(new FormData(form));
  const answer = await fetch(form.dataset.question, { method: "POST", body });
  // No JSON: somebody was signed out meanwhile, say. The page itself then says what to do.
  return answer.headers.get("Content-Type")?.startsWith("application/json") ? answer.json() : {};
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const problem = form.querySelector("[data-passkey-problem]");
  let busy = false;

  const say = (sentence) => {
    problem.textContent = sentence;
    problem.hidden = !sentence;
  };

  const ask = async () => {
    const told = await questionFor(form).catch(() => ({ problem: form.dataset.stopped }));
    if (told.problem && !told.field) {
      say(told.problem);
      return;
    }
    if (told.question) {
      try {
        form.elements.credential.value = await signed(form.dataset.passkey, told.question);
      } catch (error) {
        say((error.name === "InvalidStateError" && form.dataset.already) || form.dataset.stopped);
        return;
      }
    }
    form.submit();
  };

  form.hidden = !ABLE;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) {
      return;
    }
    busy = true;
    say("");
    await ask();
    busy = false;
  });
}

for (const instead of document.querySelectorAll("[data-passkey-instead]")) {
  instead.hidden = ABLE;
}
