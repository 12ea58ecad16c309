// Comfort only: every journey works without this file.
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");

  // "/" goes to the lookup box, unless something is being typed
  const lookup = document.getElementById("lookup");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || !lookup) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    lookup.focus();
    lookup.select();
  });

  // one tick for the whole screen, and shift for a range
  for (const table of document.querySelectorAll("table")) {
    const all = table.querySelector(".tick-all");
    if (!all) continue;
    const ticks = [...table.querySelectorAll("tbody .pick input")];
    let last = null;
    const settle = () => {
      const count = ticks.filter((tick) => tick.checked).length;
      all.checked = count > 0 && count === ticks.length;
      all.indeterminate = count > 0 && count < ticks.length;
    };
    all.addEventListener("change", () => {
      for (const tick of ticks) tick.checked = all.checked;
    });
    for (const tick of ticks) {
      tick.addEventListener("click", (event) => {
        if (event.shiftKey && last) {
          const [from, to] = [ticks.indexOf(last), ticks.indexOf(tick)].sort((a, b) => a - b);
          for (const other of ticks.slice(from, to + 1)) other.checked = tick.checked;
        }
        last = tick;
        settle();
      });
    }
    settle();
  }

  // a form is sent once; coming back to the page makes it ready again
  document.addEventListener("submit", (event) => {
    if (event.target.method !== "post") return;
    if (event.target.dataset.sent) {
      event.preventDefault();
      return;
    }
    event.target.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-busy", "true");
  });
  addEventListener("pageshow", () => {
    for (const form of document.forms) delete form.dataset.sent;
    for (const busy of document.querySelectorAll("[aria-busy]")) busy.removeAttribute("aria-busy");
  });

  // an open menu closes on Escape and on a click elsewhere
  const menu = document.querySelector("details.menu");
  if (menu) {
    document.addEventListener("click", (event) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  }

  // what is wrong is read first
  document.getElementById("problems")?.focus();
})();
