// Keeps what is typed, as it is typed: a question's answers are saved, other forms are kept as
// drafts. The page works without any of this; what it says stands in the page's own attributes.
const PAUSE = 4_000;
const LATEST = 20_000;
const LEFT_A_PART = 1_000;
const LONGEST_WAIT = 60_000;
// The most a browser sends after a page is gone.
const LAST_WORDS = 60_000;
const PATIENCE = 20_000;

class Keeper {
  constructor(form) {
    this.form = form;
    this.saves = "autosave" in form.dataset;
    this.address = form.dataset.draft ?? form.getAttribute("action");
    this.box = form.querySelector("[data-typing]");
    this.failures = 0;
    this.stopped = false;
    this.kept = this.standing();
    this.watch();
  }

  watch() {
    this.form.addEventListener("input", () => this.typed());
    this.form.addEventListener("change", () => this.typed());
    this.form.addEventListener("focusout", (event) => this.left(event));
    this.form.addEventListener("submit", (event) => this.submitted(event), true);
    window.addEventListener("online", () => this.isDirty() && this.keep());
    window.addEventListener("beforeunload", (event) => {
      if (!this.form.dataset.sent && this.isDirty()) {
        event.preventDefault();
      }
    });
    window.addEventListener("pagehide", () => this.lastWords());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") {
        this.lastWords();
      }
    });
  }

  // What somebody typed or chose; not what the page sends along.
  fields() {
    return [...new FormData(this.form)].filter(
      ([name, value]) => typeof value === "string" && !this.form.elements[name]?.matches?.("[type=password]"),
    );
  }

  standing() {
    const own = ([name]) => !["csrf_token", "typed_here"].includes(name) && !name.startsWith("v-");
    return new URLSearchParams(this.fields().filter(own)).toString();
  }

  isDirty() {
    return this.standing() !== this.kept;
  }

  body() {
    const body = new URLSearchParams(this.fields());
    if (this.saves) {
      body.set("then", this.form.dataset.autosave);
    } else {
      body.delete("typed_page");
    }
    return body;
  }

  typed() {
    clearTimeout(this.pause);
    if (this.stopped || !this.isDirty()) {
      return;
    }
    this.pause = setTimeout(() => this.keep(), PAUSE);
    this.latest ??= setTimeout(() => this.keep(), LATEST);
  }

  // Leaving a part for another says more than a pause, and shows what is wrong with it.
  left(event) {
    const part = event.target.closest(".app-part");
    if (part && part.contains(event.relatedTarget)) {
      return;
    }
    this.showNotes();
    if (!this.stopped && this.isDirty()) {
      clearTimeout(this.pause);
      this.pause = setTimeout(() => this.keep(), LEFT_A_PART);
    }
  }

  // The page's own save waits for one on its way, or it would clash with it; after a failure one
  // more try finds out what the service has, and how the page's token stands.
  submitted(event) {
    this.forgetTimers();
    const uncertain = this.underWay || this.failures || this.unanswered;
    if (!uncertain || this.letGo || this.stopped || this.form.dataset.sent) {
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    const { submitter } = event;
    Promise.resolve(this.underWay ?? this.keep()).finally(() => {
      this.letGo = true;
      this.form.requestSubmit(submitter);
      this.letGo = false;
    });
  }

  forgetTimers() {
    clearTimeout(this.pause);
    clearTimeout(this.latest);
    this.latest = undefined;
  }

  keep() {
    this.forgetTimers();
    const nothing = !this.isDirty() && !this.unanswered;
    if (this.underWay || this.form.dataset.sent || this.stopped || nothing) {
      return this.underWay;
    }
    this.underWay = this.send().finally(() => {
      this.underWay = undefined;
      if (!this.failures && this.isDirty()) {
        this.typed();
      }
    });
    return this.underWay;
  }

  // What got no answer may have been saved all the same: the very same is sent again first, so
  // that nobody clashes with himself.
  async send(again = false, keepalive = false) {
    this.unanswered ??= { body: this.body(), standing: this.standing() };
    try {
      const response = await this.post(this.unanswered.body, keepalive);
      const isOurs = response.headers.get("content-type")?.includes("json");
      if (isOurs && response.ok) {
        this.took(await response.json(), this.unanswered.standing);
      } else if (response.status === 400 && !again && (await this.renewed())) {
        await this.send(true);
      } else if (response.status === 401 || this.other) {
        this.failed(this.other ? "other" : "signedOut");
      } else if (response.status < 500) {
        this.refused(isOurs ? (await response.json()).message : "");
      } else {
        this.failed();
      }
    } catch {
      this.failed();
    }
  }

  post(body, keepalive) {
    body.set("csrf_token", this.form.elements.csrf_token.value);
    return fetch(this.address, {
      method: "POST",
      body,
      headers: { Accept: "application/json" },
      redirect: "error",
      keepalive,
      signal: AbortSignal.timeout(PATIENCE),
    });
  }

  // A page outlives its token when the service starts anew or somebody signs in again elsewhere:
  // a fresh page has a fresh one, and says who is signed in.
  async renewed() {
    this.other = false;
    const response = await fetch(document.location.href);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const token = page.querySelector("form[data-viewer] [name=csrf_token]")?.value;
    const viewer = page.querySelector("form[data-viewer]")?.dataset.viewer;
    if (!token) {
      return false;
    }
    if (viewer !== this.form.dataset.viewer) {
      this.other = true;
      return false;
    }
    for (const box of document.querySelectorAll("[name=csrf_token]")) {
      box.value = token;
    }
    return true;
  }

  lastWords() {
    if (!this.stopped && !this.form.dataset.sent && !this.underWay && this.isDirty()) {
      this.forgetTimers();
      const isShort = this.body().toString().length < LAST_WORDS;
      this.underWay = this.send(false, isShort).finally(() => {
        this.underWay = undefined;
      });
    }
  }

  took(answer, standing) {
    for (const [part, version] of Object.entries(answer.versions ?? {})) {
      const box = this.form.elements[`v-${part}`];
      if (box) {
        box.value = version;
      }
    }
    if (this.form.elements.typed_here) {
      this.form.elements.typed_here.value = answer.here;
    }
    this.unanswered = undefined;
    this.notes = answer.notes ?? {};
    this.showNotes();
    if (answer.message) {
      this.refused(answer.message);
      return;
    }
    this.kept = standing;
    this.failures = 0;
    this.at = answer.at;
    this.say("said", this.form.dataset.saidFirst, answer.said);
    this.showMore(answer.more ?? "");
  }

  // Tried again after 5, 10, 20 … seconds, at most a minute; the guard against leaving stays.
  failed(why = "failed") {
    this.failures += 1;
    const said = { failed: this.at ? "saidFailed" : "saidFailedFirst", signedOut: "saidSignedOut", other: "saidOther" };
    this.say(why, this.form.dataset[said[why]], this.form.dataset[said[why]]);
    const wait = Math.min(5_000 * 2 ** (this.failures - 1), LONGEST_WAIT);
    this.pause = setTimeout(() => this.keep(), wait);
  }

  refused(message) {
    this.unanswered = undefined;
    this.stopped = true;
    const sentence = message || this.form.dataset.saidRefused;
    this.say("refused", sentence, sentence);
  }

  // The line is for the eye and changes with each save; what is read aloud changes with the state.
  say(state, aloud, line) {
    if (!this.box) {
      return;
    }
    const timed = (words) => words.replace("{time}", this.at ?? "");
    this.box.hidden = false;
    this.box.querySelector("[data-typing-line]").textContent = timed(line);
    this.box.classList.toggle("app-typing--failed", state !== "said");
    if (this.state !== state) {
      this.box.querySelector("[data-typing-aloud]").textContent = timed(aloud);
    }
    this.state = state;
  }

  showMore(words) {
    const more = this.box?.querySelector("[data-typing-more]");
    if (more) {
      more.hidden = !words;
      more.querySelector("[data-typing-more-words]").textContent = words;
    }
  }

  // A sentence stands beside the part it is about, once nobody is writing there.
  showNotes() {
    if (!this.notes) {
      return;
    }
    for (const part of this.form.querySelectorAll(".app-part")) {
      const about = part.querySelector("[name^='v-']")?.name.slice(2);
      let note = part.querySelector(".app-part__note");
      const words = about ? this.notes[about] : "";
      if (!words) {
        note?.remove();
      } else if (!part.contains(document.activeElement)) {
        if (!note) {
          note = document.createElement("p");
          note.className = "app-part__note";
          part.append(note);
        }
        note.textContent = `${words}.`;
      }
    }
  }
}

for (const form of document.querySelectorAll("form[data-autosave], form[data-draft]")) {
  new Keeper(form);
}
