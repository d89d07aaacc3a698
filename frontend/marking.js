// Marking by keys, and citing a passage: select it in an answer, then press c or its button. The
// page works without any of this. Keys are single letters, so they can be switched off and do
// nothing while somebody types.
const KEYS_OFF = "marking-keys-off";

// A place is counted in characters, as the service counts them; a browser counts some as two.
const characters = (text) => [...text].length;

class Marking {
  constructor(form) {
    this.form = form;
    this.list = form.querySelector("[data-passages]");
    this.reason = form.elements.reason;
    this.switch = document.querySelector("[data-use-keys]");
    document.querySelector("[data-keys]").hidden = false;
    this.switch.checked = !this.isOff();
    this.switch.addEventListener("change", () => this.remember());
    document.addEventListener("keydown", (event) => this.pressed(event));
    for (const button of document.querySelectorAll("[data-cite]")) {
      // Pressing a button would take the selection away first.
      button.addEventListener("pointerdown", (event) => event.preventDefault());
      button.addEventListener("click", (event) => {
        event.preventDefault();
        const selected = this.selected();
        const part = button.dataset.cite;
        this.cite(selected?.part === part ? selected : { part, start: 0, end: 0, words: "" });
      });
    }
  }

  // A browser may refuse to keep anything; then the keys are on.
  isOff() {
    try {
      return localStorage.getItem(KEYS_OFF) === "yes";
    } catch {
      return false;
    }
  }

  remember() {
    try {
      localStorage.setItem(KEYS_OFF, this.switch.checked ? "no" : "yes");
    } catch {
      // Until the page is left the box itself says it.
    }
  }

  pressed(event) {
    const { key, target } = event;
    const types = target.matches?.("textarea, select, input:not([type=radio], [type=checkbox]), [contenteditable]");
    if (types || !this.switch.checked || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) {
      return;
    }
    if (/^[0-5]$/.test(key)) {
      this.mark(key);
    } else if (["n", "p", "u"].includes(key)) {
      document.querySelector(`a[data-key="${key}"]`)?.click();
    } else if (key === "c") {
      const selected = this.selected();
      if (selected) {
        this.cite(selected);
      } else {
        this.say("Select a passage in an answer first");
      }
    } else {
      return;
    }
    event.preventDefault();
  }

  mark(number) {
    const box = this.form.querySelector(`[name=mark][value="${number}"]`);
    box.checked = true;
    box.dispatchEvent(new Event("change", { bubbles: true }));
    box.scrollIntoView({ block: "nearest" });
    this.say(`Mark ${number} selected`);
  }

  // The passage that is selected: its part and place. In a table or list of files it is the whole.
  selected() {
    const selection = window.getSelection();
    if (!selection.rangeCount || selection.isCollapsed) {
      return undefined;
    }
    const range = selection.getRangeAt(0);
    const node = range.startContainer;
    const section = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest("[data-part]");
    if (!section?.querySelector("[data-cite]")) {
      return undefined;
    }
    const part = section.dataset.part;
    const answer = section.querySelector("[data-answer]");
    if (!answer || !range.intersectsNode(answer)) {
      return { part, start: 0, end: 0, words: "" };
    }
    return this.placeIn(answer, range, part);
  }

  placeIn(answer, range, part) {
    const whole = document.createRange();
    whole.selectNodeContents(answer);
    const before = document.createRange();
    before.selectNodeContents(answer);
    if (range.compareBoundaryPoints(Range.START_TO_START, whole) > 0) {
      before.setEnd(range.startContainer, range.startOffset);
      whole.setStart(range.startContainer, range.startOffset);
    } else {
      before.collapse(true);
    }
    if (range.compareBoundaryPoints(Range.END_TO_END, whole) < 0) {
      whole.setEnd(range.endContainer, range.endOffset);
    }
    const words = whole.toString();
    const start = characters(before.toString());
    return words.trim() ? { part, start, end: start + characters(words), words } : undefined;
  }

  // The words stay in the bid: the reason names the part, the form sends the place.
  cite({ part, start, end, words }) {
    const place = `${part}:${start}:${end}`;
    const known = this.list.querySelector(`[name=cite][value="${place}"]`);
    if (known) {
      known.checked = true;
    } else {
      this.list.append(this.passage(part, place, words));
    }
    this.form.querySelector("[data-cited]").hidden = false;
    const reason = this.reason.value.trimEnd();
    this.reason.value = `${reason}${reason ? "\n" : ""}${part}: `;
    this.reason.focus();
    this.reason.setSelectionRange(this.reason.value.length, this.reason.value.length);
    this.reason.dispatchEvent(new Event("input", { bubbles: true }));
    this.say(`${part} cited. Go on with the reason`);
  }

  passage(part, place, words) {
    const item = document.createElement("li");
    item.className = "app-passage";
    const box = document.createElement("input");
    Object.assign(box, { type: "checkbox", name: "cite", value: place, checked: true });
    box.id = `cite-${place.replaceAll(/[.:]/g, "-")}`;
    const label = document.createElement("label");
    label.htmlFor = box.id;
    const id = document.createElement("span");
    id.className = "app-part__id";
    id.textContent = part;
    const quoted = document.createElement(words ? "q" : "span");
    quoted.className = words ? "app-passage__words" : "";
    quoted.textContent = words || "the whole answer";
    label.append(id, " ", quoted);
    item.append(box, " ", label);
    return item;
  }

  say(words) {
    this.form.querySelector("[data-marking-said]").textContent = words;
  }
}

for (const form of document.querySelectorAll("form[data-marking]")) {
  new Marking(form);
}
