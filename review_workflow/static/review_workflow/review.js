/*
 * Saves a review while it is typed, and never loses what was typed.
 *
 * Every change goes into this browser's storage first and leaves it when the server has it. The
 * server tells by `version` whether another window saved in the meantime, and by `tab` and `edit`
 * which of this window's savings is the latest. Without this script the page's buttons do it all.
 */
(() => {
  "use strict";

  const form = document.querySelector("form[data-review]");
  if (!form) return;

  const IDLE = 2000;
  const RETRY = [5000, 15000, 30000];
  const CONTROLS = new Set(["csrfmiddlewaretoken", "do", "version", "stored", "revision"]);
  const words = document.querySelector("[data-review-words]").dataset;
  const status = document.querySelector("[data-review-status]");
  const savedAt = document.querySelector("[data-review-saved]");
  const progress = document.querySelector("[data-review-progress]");
  const key = form.dataset.reviewKey;
  const fields = form.elements;

  let version = Number(fields.version.value) || 0;
  let stored = Number(form.dataset.reviewConflict) || 0;
  let edit = 0;
  let acknowledged = 0;
  let timer = 0;
  let failures = 0;
  let isSaving = false;
  let isStopped = Boolean(stored);
  let isLeaving = false;

  fields.tab.value = Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) =>
    part.toString(16),
  ).join("");
  fields.edit.value = "0";

  function content() {
    const found = {};
    for (const [name, value] of new FormData(form)) {
      if (!CONTROLS.has(name) && (value !== "" || name === "edit")) found[name] = value;
    }
    return found;
  }

  /* What is kept in this browser until the server has it. */

  const shelf = (name) => ({
    read() {
      try {
        return JSON.parse(localStorage.getItem(name));
      } catch {
        return null;
      }
    },
    write(copy) {
      try {
        localStorage.setItem(name, JSON.stringify(copy));
        return true;
      } catch {
        return false; // no room, or none allowed: leaving the page asks first
      }
    },
    forget() {
      try {
        localStorage.removeItem(name);
      } catch {
        // nothing was kept
      }
    },
  });
  const kept = shelf(key);
  const earlier = shelf(`${key}:earlier`); // waits for an answer while typing goes on
  let isKept = true;

  function keep() {
    isKept = kept.write({ content: content(), at: new Date().toISOString() });
  }

  /* What the page says. */

  function say(text) {
    // A text that stays the same is not read out again.
    if (status.textContent !== text) status.textContent = text;
  }

  function show(name) {
    for (const notice of document.querySelectorAll("[data-review-notice]")) {
      notice.hidden = notice.dataset.reviewNotice !== name;
    }
  }

  function count() {
    const criteria = [...form.querySelectorAll("[data-review-criterion]")];
    const rated = criteria.filter((each) => each.querySelector("input[type=radio]:checked"));
    progress.textContent = progress.dataset.reviewProgressText
      .replace("RATED", rated.length)
      .replace("ALL", criteria.length);
  }

  /* Saving. */

  function changed() {
    edit += 1;
    fields.edit.value = String(edit);
    keep();
    count();
    if (!isStopped) schedule(IDLE);
  }

  function schedule(after) {
    clearTimeout(timer);
    timer = setTimeout(save, after);
  }

  function send(options = {}) {
    return fetch(form.dataset.reviewUrl, {
      method: "POST",
      credentials: "same-origin",
      redirect: "manual",
      headers: {
        "Content-Type": "application/json",
        "X-CSRFToken": fields.csrfmiddlewaretoken.value,
      },
      body: JSON.stringify({ version, content: content() }),
      ...options,
    });
  }

  async function save({ again = true } = {}) {
    clearTimeout(timer);
    if (isSaving || isStopped || acknowledged === edit) return;
    isSaving = true;
    const sending = edit;
    let wait = 0;
    try {
      const answer = await send();
      failures = 0;
      if (answer.ok) await stays(answer, sending);
      else if (answer.status === 409) await conflicts(answer);
      else if (answer.status >= 500) throw new Error(String(answer.status));
      else if (answer.type === "opaqueredirect" || answer.status === 401) signedOut();
      else if (again && (await isWorthAnother(answer))) wait = 1;
    } catch {
      say(words.waiting);
      wait = RETRY[Math.min(failures, RETRY.length - 1)];
      failures += 1;
    } finally {
      isSaving = false;
    }
    if (wait === 1) await save({ again: false });
    else if (wait) schedule(wait);
    else if (!isStopped && acknowledged !== edit && acknowledged === sending) schedule(IDLE);
  }

  async function stays(answer, sending) {
    const told = await answer.json();
    version = told.version;
    fields.version.value = String(version);
    acknowledged = sending;
    if (acknowledged === edit) kept.forget();
    show(earlier.read() ? "restore" : "");
    say(words.saved);
    savedAt.textContent = words.at.replace("TIME", told.saved);
  }

  async function conflicts(answer) {
    stored = (await answer.json()).version;
    fields.stored.value = String(stored);
    isStopped = true;
    say("");
    show("conflict");
  }

  /* A refusal in words of ours is final; one without may be about the token of this page. */
  async function isWorthAnother(answer) {
    try {
      say(words.refused + (await answer.json()).error);
      return false;
    } catch {
      say(words.refused + String(answer.status));
    }
    if (answer.status !== 403) return false;
    if (await renewed()) return true;
    signedOut();
    return false;
  }

  function signedOut() {
    isStopped = true;
    say("");
    show("signed-out");
  }

  /* Whoever signed in again in another window has a new token: take it, where there is one. */
  async function renewed() {
    const answer = await fetch(form.dataset.reviewUrl, {
      credentials: "same-origin",
      redirect: "manual",
      headers: { Accept: "application/json" },
    });
    if (!answer.ok) return false;
    fields.csrfmiddlewaretoken.value = (await answer.json()).token;
    return true;
  }

  const actions = {
    async retry() {
      isStopped = false;
      try {
        if (await renewed()) {
          if (acknowledged === edit) show("");
          else await save();
        } else signedOut();
      } catch {
        say(words.waiting);
        schedule(RETRY[0]);
      }
    },
    async replace() {
      version = stored;
      fields.version.value = String(version);
      isStopped = false;
      edit += 1;
      fields.edit.value = String(edit);
      await save();
    },
    restore() {
      const copy = earlier.read();
      show("");
      if (copy) fill(copy.content);
      changed();
      if (isKept) earlier.forget();
    },
    forget() {
      earlier.forget();
      show("");
    },
  };

  /* Rows for evidence. */

  function addRow(fieldset) {
    const rows = [...fieldset.querySelectorAll("[data-review-row]")];
    const row = rows.at(-1).cloneNode(true);
    for (const fault of row.querySelectorAll(".review-fault")) fault.remove();
    for (const field of row.querySelectorAll("select, input")) {
      const before = field.id;
      const name = field.name.replace(/\d+$/, String(rows.length));
      row.querySelector(`label[for="${before}"]`).htmlFor = name;
      field.id = name;
      field.name = name;
      field.value = "";
      field.removeAttribute("aria-invalid");
      field.removeAttribute("aria-describedby");
    }
    fieldset.querySelector("[data-review-rows]").append(row);
    return row;
  }

  function fill(values) {
    for (const fieldset of form.querySelectorAll("[data-review-criterion]")) {
      const prefix = `${fieldset.id}-place-`;
      const wanted = Object.keys(values)
        .filter((name) => name.startsWith(prefix) || name.startsWith(`${fieldset.id}-unit-`))
        .map((name) => Number(name.split("-").at(-1)));
      while (fieldset.querySelectorAll("[data-review-row]").length <= Math.max(-1, ...wanted)) {
        addRow(fieldset);
      }
    }
    for (const field of fields) {
      if (!field.name || CONTROLS.has(field.name) || ["tab", "edit"].includes(field.name)) continue;
      const value = values[field.name] ?? "";
      if (field.type === "radio") field.checked = field.value === value;
      else field.value = value;
    }
  }

  /* What the page hears. */

  form.addEventListener("input", changed);
  form.addEventListener("click", (event) => {
    const more = event.target.closest("[data-review-more]");
    if (!more) return;
    event.preventDefault();
    const row = addRow(more.closest("[data-review-criterion]"));
    row.querySelector("select").focus();
  });
  form.addEventListener("submit", () => {
    isLeaving = true;
    clearTimeout(timer);
    if (acknowledged !== edit) keep();
  });
  document.addEventListener("click", (event) => {
    const asked = event.target.closest("[data-review-do]");
    if (asked) actions[asked.dataset.reviewDo]();
    if (event.target.closest("[data-review-discard]")) {
      isLeaving = true;
      kept.forget();
    }
  });
  window.addEventListener("pagehide", () => {
    if (isLeaving || isStopped || acknowledged === edit) return;
    keep();
    send({ keepalive: true }).catch(() => undefined);
  });
  window.addEventListener("pageshow", (event) => {
    isLeaving = false;
    if (event.persisted && acknowledged !== edit) schedule(IDLE);
  });
  window.addEventListener("beforeunload", (event) => {
    if (!isLeaving && !isKept && acknowledged !== edit) event.preventDefault();
  });
  window.addEventListener("online", () => schedule(0));

  /* What an earlier page left behind. */

  const copy = kept.read();
  const { reviewTab, reviewEdit } = form.dataset;
  if (form.hasAttribute("data-review-unsaved") || isStopped) {
    // The server sent back what was typed; it stands in the form.
    edit = 1;
    fields.edit.value = "1";
    keep();
    if (!isStopped) schedule(IDLE);
  } else if (copy) {
    kept.forget();
    const arrived =
      copy.content.tab === reviewTab && Number(copy.content.edit) <= Number(reviewEdit);
    if (!arrived) earlier.write(copy);
  }
  const waiting = earlier.read();
  if (waiting) {
    document.querySelector("[data-review-kept-at]").textContent = new Date(
      waiting.at,
    ).toLocaleString(document.documentElement.lang || undefined);
    show("restore");
  }
  document.querySelector("[data-review-faults]")?.focus();
  count();
})();
