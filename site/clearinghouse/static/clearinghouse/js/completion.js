/*
 * Completes what is typed into a search box: an editable combobox with a list (WAI-ARIA Authoring Practices).
 *
 * A form with `data-completions` (the address that answers, with its own parameters) and one `input[name=q]` gets it;
 * without this script the box stays as it is. Every word that is said comes from the form's data attributes.
 */
(function () {
  "use strict";

  const WAIT = 150; // milliseconds without a key before the server is asked
  const LEAST = 2; // characters

  function complete(form) {
    const input = form.querySelector("input[name=q]");
    const list = document.createElement("ul");
    const status = document.createElement("div");
    let options = [];
    let active = -1;
    let timer = 0;
    let request = null;

    list.id = input.id + "-completions";
    list.className = "ch-completions";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", form.dataset.listLabel);
    status.className = "usa-sr-only";
    status.setAttribute("role", "status");
    form.append(list, status);

    input.type = "text"; // a search field may not be a combobox
    input.enterKeyHint = "search";
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-expanded", "false");

    function choose(place) {
      options.forEach((option, number) => {
        option.setAttribute("aria-selected", String(number === place));
        option.classList.toggle("ch-completions__option--focused", number === place);
      });
      active = place;
      if (place < 0) {
        input.removeAttribute("aria-activedescendant");
      } else {
        input.setAttribute("aria-activedescendant", options[place].id);
        options[place].scrollIntoView({ block: "nearest" });
      }
    }

    function open() {
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
    }

    function close() {
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
      choose(-1);
    }

    function forget() {
      window.clearTimeout(timer);
      if (request) {
        request.abort();
        request = null;
      }
    }

    function empty() {
      close();
      options = [];
      list.replaceChildren();
      status.textContent = "";
    }

    function show(completions) {
      empty();
      options = completions.map((completion, number) => {
        const option = document.createElement("li");
        option.id = list.id + "-" + number;
        option.className = "ch-completions__option";
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.textContent = completion.title;
        option.dataset.url = completion.url;
        return option;
      });
      list.replaceChildren(...options);
      const count = options.length;
      const said = count === 0 ? "none" : count === 1 ? "one" : "many";
      status.textContent = form.dataset[said].replace("{count}", String(count));
      if (count) {
        open();
      }
    }

    async function ask(text) {
      const asked = new AbortController();
      request = asked;
      try {
        const address = form.dataset.completions + "&q=" + encodeURIComponent(text);
        const response = await fetch(address, { signal: asked.signal });
        const answer = response.ok ? await response.json() : { completions: [] };
        if (request === asked && document.activeElement === input) {
          show(answer.completions);
        }
      } catch (error) {
        if (error.name !== "AbortError" && request === asked) {
          empty(); // no connection: the box still searches
        }
      }
    }

    input.addEventListener("input", () => {
      forget();
      choose(-1); // what was chosen belongs to the text before
      const text = input.value.trim();
      if (Array.from(text).length < LEAST) {
        empty();
      } else {
        timer = window.setTimeout(() => ask(text), WAIT);
      }
    });

    input.addEventListener("keydown", (event) => {
      if (event.isComposing) {
        return;
      }
      const isOpen = !list.hidden;
      const last = options.length - 1;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        const down = event.key === "ArrowDown";
        if (last < 0) {
          return;
        }
        event.preventDefault();
        open();
        if (down) {
          choose(active === last ? -1 : active + 1);
        } else {
          choose(active === -1 ? last : active - 1);
        }
      } else if (event.key === "Enter" && isOpen && active >= 0) {
        event.preventDefault();
        window.location.assign(options[active].dataset.url);
      } else if (event.key === "Escape" && isOpen) {
        event.preventDefault();
        forget();
        close();
      } else if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) {
        choose(-1); // back to the text
      }
    });

    input.addEventListener("blur", () => {
      forget();
      close();
    });

    list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) {
        window.location.assign(option.dataset.url);
      }
    });
  }

  document.querySelectorAll("form[data-completions]").forEach(complete);
})();
