/*
 * Saves a step while it is being filled in, and keeps in this browser what could not be saved.
 *
 * A form with `data-autosave` (a name for submission, step and person) gets it; without this script its buttons save.
 * The server refuses to overwrite what somebody else has saved; then both versions are shown, never merged here.
 * Every word that is said comes from the form's data attributes.
 */
(function () {
  "use strict";

  const WAIT = 3000; // milliseconds after the last change
  const form = document.querySelector("form[data-autosave]");
  if (!form) {
    return;
  }
  const said = form.dataset;
  const key = "clearinghouse:step:" + said.autosave;
  const version = form.elements.namedItem("version");
  const status = form.querySelector("[data-autosaved]");
  const notices = document.getElementById("step-notices");
  const own = new Set(["version", "csrfmiddlewaretoken"]);
  let changed = 0; // counts changes, so that one during a save is not taken for saved
  let saved = 0;
  let timer = 0;
  let running = null;
  let stopped = false;

  function pairs() {
    return Array.from(new FormData(form)).filter(([name, value]) => !own.has(name) && typeof value === "string");
  }

  function token() {
    // A new sign-in in another tab has changed the token; its cookie is always right.
    const cookie = document.cookie.split("; ").find((each) => each.startsWith("csrftoken="));
    return cookie ? cookie.slice("csrftoken=".length) : form.elements.namedItem("csrfmiddlewaretoken").value;
  }

  function keep(sent) {
    try {
      localStorage.setItem(key, JSON.stringify({ version: version.value, sent: sent, pairs: pairs() }));
    } catch {
      // A full or forbidden storage: the page itself still holds the text.
    }
  }

  function kept() {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  }

  function forget() {
    try {
      localStorage.removeItem(key);
    } catch {
      // Nothing was kept.
    }
  }

  function say(text) {
    if (status.textContent !== text) {
      status.textContent = text;
    }
  }

  function notice(text, ...controls) {
    const box = document.createElement("div");
    const body = document.createElement("div");
    const words = document.createElement("p");
    box.className = "usa-alert usa-alert--warning";
    box.setAttribute("role", "alert");
    body.className = "usa-alert__body";
    words.className = "usa-alert__text";
    words.textContent = text;
    body.append(words, ...controls);
    box.append(body);
    notices.replaceChildren(box);
  }

  function button(text, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "usa-button usa-button--outline";
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  }

  function submitted(parts) {
    // The server shows both versions, or the restored text, in a page of its own.
    const made = document.createElement("form");
    made.method = "post";
    made.action = form.action;
    made.hidden = true;
    parts.concat([["csrfmiddlewaretoken", token()]]).forEach(([name, value]) => {
      const field = document.createElement("textarea");
      field.name = name;
      field.value = value;
      made.append(field);
    });
    document.body.append(made);
    leaving();
    made.submit();
  }

  function leaving() {
    window.clearTimeout(timer);
    stopped = true;
  }

  function answered(response, count) {
    if (response.status === 401) {
      response.json().then((answer) => {
        const link = document.createElement("a");
        link.href = answer.login;
        link.target = "_blank";
        link.rel = "noopener";
        link.textContent = said.saidSignIn;
        notice(said.saidSignedOut, link);
        say("");
      });
    } else if (response.status === 409) {
      stopped = true;
      response.json().then((answer) => {
        const compare = button(said.saidCompare, () =>
          submitted(pairs().concat([["version", version.value], ["save", "stay"]])),
        );
        notice(answer.by + " " + said.saidStale + " " + answer.at + ". " + said.saidStaleWhat, compare);
        say("");
      });
    } else if (!response.ok) {
      say(said.saidRefused);
    } else {
      return response.json().then((answer) => {
        version.value = answer.version;
        saved = count;
        notices.replaceChildren();
        if (changed === count) {
          forget();
        } else {
          keep(false);
          later();
        }
        say(said.saidSaved + " " + answer.at);
      });
    }
    return null;
  }

  function save(last) {
    window.clearTimeout(timer);
    if (stopped || running || saved === changed) {
      return running;
    }
    const count = changed;
    const body = new URLSearchParams(pairs().concat([["version", version.value]]));
    keep(false);
    if (!last) {
      say(said.saidSaving);
    }
    running = fetch(form.action, {
      method: "POST",
      body: body,
      // A browser lets a page that goes away send no more than this; the rest is kept here.
      keepalive: last && body.toString().length < 60000,
      headers: { Accept: "application/json", "X-CSRFToken": token() },
    })
      .then((response) => answered(response, count))
      .catch(() => say(said.saidOffline))
      .finally(() => {
        running = null;
      });
    return running;
  }

  function later() {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => save(false), WAIT);
  }

  function offer() {
    const found = kept();
    if (!found) {
      return;
    }
    const same = JSON.stringify(found.pairs) === JSON.stringify(pairs());
    if (same || (found.sent && Number(found.version) < Number(version.value))) {
      forget();
      return;
    }
    notice(
      said.saidFound,
      button(said.saidRestore, () => {
        forget();
        submitted(found.pairs.concat([["version", found.version], ["edit", "yes"]]));
      }),
      button(said.saidDiscard, () => {
        forget();
        notices.replaceChildren();
        form.querySelector("input:not([type=hidden]), select, textarea")?.focus();
      }),
    );
  }

  form.addEventListener("input", () => {
    changed += 1;
    later();
  });
  form.addEventListener("submit", (event) => {
    if (running) {
      // What is being saved has to be answered first: it changes the version that this one names.
      event.preventDefault();
      const submitter = event.submitter;
      running.finally(() => form.requestSubmit(submitter));
      return;
    }
    if (saved !== changed) {
      keep(true);
    }
    leaving();
  });
  window.addEventListener("pagehide", () => save(true));
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) {
      stopped = false;
    }
  });
  window.addEventListener("online", () => save(false));
  document.addEventListener("visibilitychange", () => save(document.visibilityState === "hidden"));
  offer();
})();
