// Says on the page that a passkey or security key was not used; allauth's scripts tell the console only.
(() => {
  "use strict";
  const notice = document.getElementById("key-failed");
  document.addEventListener("allauth.error", () => {
    notice.hidden = false;
    notice.focus();
  });
})();
