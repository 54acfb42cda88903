// Warns before the session ends, and keeps it without leaving the page.
(() => {
  "use strict";
  const warning = document.getElementById("session-warning");
  if (!warning) return;
  const seconds = Number(warning.dataset.sessionSeconds);
  const before = Math.min(300, seconds / 2);
  const form = warning.querySelector("form");
  let timer = 0;

  function show() {
    warning.hidden = false;
    warning.focus();
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
      body: new FormData(form),
      redirect: "manual",
    }).catch(() => null);
    if (answer && answer.status === 204) {
      warning.hidden = true;
      count();
    } else {
      warning.querySelector("[data-session-ended]").hidden = false;
    }
  });
  count();
})();
