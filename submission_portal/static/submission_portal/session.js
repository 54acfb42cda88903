// Warns before the session ends, and keeps it without leaving the page.
(() => {
  "use strict";
  const warning = document.getElementById("session-warning");
  if (!warning) return;
  const seconds = Number(warning.dataset.sessionSeconds);
  const before = Math.min(300, seconds / 2);
  const form = warning.querySelector("form");
  const said = {
    ended: warning.querySelector("[data-session-ended]"),
    failed: warning.querySelector("[data-session-failed]"),
  };
  const heading = document.getElementById("session-heading");
  let timer = 0;
  let left = null;

  function show() {
    left = document.activeElement;
    warning.hidden = false;
    warning.focus();
  }

  function hide() {
    say("");
    warning.hidden = true;
    left?.focus(); // on with what was being written
  }

  function say(name) {
    heading.textContent = name === "ended" ? heading.dataset.ended : heading.dataset.soon;
    for (const [each, words] of Object.entries(said)) words.hidden = each !== name;
  }

  function token() {
    // A new sign-in in another window has changed the token; its cookie is always right.
    const cookie = document.cookie.split("; ").find((each) => each.startsWith("csrftoken="));
    return cookie ? cookie.slice("csrftoken=".length) : form.elements.namedItem("csrfmiddlewaretoken").value;
  }

  // A computer that slept counts no time: the clock decides, not how often the timer ran.
  function count() {
    const due = Date.now() + (seconds - before) * 1000;
    clearInterval(timer);
    timer = setInterval(() => {
      if (Date.now() < due) return;
      clearInterval(timer);
      show();
    }, 5000);
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await fetch(form.action, {
      method: "POST",
      headers: { "X-CSRFToken": token() },
      redirect: "manual",
    }).catch(() => null);
    if (answer && answer.status === 204) {
      hide();
      count();
    } else {
      // Without a session one is led to the login; without its cookie of the token, too, refused.
      const ended = answer && (answer.type === "opaqueredirect" || answer.status === 403);
      say(ended ? "ended" : "failed");
    }
  });
  count();
})();
