/*
 * Sends the chosen files one after the other and shows how far each one is.
 *
 * What the server refuses is told beside the others, which are stored all the same. Without this
 * script the form sends all of them at once and the page tells the same.
 */
(() => {
  "use strict";

  const form = document.querySelector("form[data-uploads]");
  if (!form || !window.FormData) return;

  const words = form.dataset;
  const list = form.querySelector("[data-upload-list]");
  const status = form.querySelector("[data-upload-status]");
  const button = form.querySelector("button[type=submit]");
  const input = form.querySelector("input[type=file]");
  const summary = document.querySelector("[data-upload-summary]");
  let isSending = false;

  function element(name, text = "", properties = {}) {
    const made = Object.assign(document.createElement(name), properties);
    made.textContent = text;
    return made;
  }

  function rowFor(file) {
    const row = element("li");
    const said = element("span", `${file.name}: ${words.wordSending}`);
    const bar = element("progress", "", { max: 100, value: 0 });
    bar.setAttribute("aria-label", file.name);
    row.append(said, bar);
    list.append(row);
    return { said, bar };
  }

  function bodyFor(file, isOnly) {
    const body = new FormData();
    for (const name of ["csrfmiddlewaretoken", "role", "visibility", "title"]) {
      body.append(name, name === "title" && !isOnly ? "" : form.elements[name].value);
    }
    body.append("uploads", file, file.name);
    body.append("complete", "1");
    return body;
  }

  /* Answers with what is wrong; an empty list where the file is stored. */
  function send(file, isOnly) {
    const { said, bar } = rowFor(file);
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      const done = (faults) => {
        const end = faults.length ? words.wordRefused : words.wordStored;
        said.textContent = `${file.name}: ${end}`;
        status.textContent = said.textContent;
        bar.value = 100;
        resolve(faults);
      };
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) bar.value = (100 * event.loaded) / event.total;
      });
      for (const name of ["error", "abort", "timeout"]) {
        request.addEventListener(name, () => done([`${file.name}: ${words.wordLost}`]));
      }
      request.addEventListener("load", () => {
        try {
          done(JSON.parse(request.responseText).faults);
        } catch {
          done([`${file.name}: ${words.wordLost}`]);
        }
      });
      request.open("POST", form.action);
      request.setRequestHeader("Accept", "application/json");
      request.send(bodyFor(file, isOnly));
    });
  }

  function tell(faults, hasStored) {
    const box = element("div", "", { className: "usa-alert usa-alert--error", tabIndex: -1 });
    const body = element("div", "", { className: "usa-alert__body" });
    const heading = element("h2", words.wordHeading, { className: "usa-alert__heading" });
    const told = element("ul", "", { className: "usa-list" });
    for (const fault of faults) {
      const item = element("li");
      item.append(element("a", `${words.wordField}: ${fault}`, { href: `#${input.id}` }));
      told.append(item);
    }
    heading.id = "upload-summary-heading";
    box.setAttribute("role", "alert");
    box.setAttribute("aria-labelledby", heading.id);
    body.append(heading, told);
    if (hasStored) {
      body.append(element("a", words.wordShow, { href: form.action, className: "usa-link" }));
    }
    box.append(body);
    summary.replaceChildren(box);
    box.focus();
  }

  form.addEventListener("submit", async (event) => {
    const files = Array.from(input.files);
    if (isSending || !files.length) {
      if (isSending) event.preventDefault();
      return;
    }
    event.preventDefault();
    isSending = true;
    button.disabled = true;
    list.replaceChildren();
    summary.replaceChildren();
    const faults = [];
    let stored = 0;
    for (const file of files) {
      const found = await send(file, files.length === 1);
      faults.push(...found);
      if (!found.length) stored += 1;
    }
    isSending = false;
    button.disabled = false;
    if (faults.length) tell(faults, stored > 0);
    else window.location.assign(form.action);
  });

  window.addEventListener("beforeunload", (event) => {
    if (isSending) event.preventDefault();
  });
})();
