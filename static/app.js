// Comfort only: every journey works without this file.
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");

  // single keys, unless they are switched off or something is being typed: "/" goes to the lookup box, "g u" and "g s"
  // to lists, "j" and "k" from row to row
  const lookup = document.getElementById("lookup");
  const lists = { u: "/admin/users", s: "/admin/sessions" };
  let wentAt = -Infinity;
  document.addEventListener("keydown", (event) => {
    if (root.dataset.keys || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const { key, timeStamp } = event;
    const isSecond = timeStamp - wentAt < 1500;
    wentAt = key === "g" ? timeStamp : -Infinity;
    if (key === "/" && lookup) {
      event.preventDefault();
      lookup.focus();
      lookup.select();
    } else if (isSecond && lists[key]) {
      document.querySelector(`.sections a[href="${lists[key]}"]`)?.click();
    } else if (key === "j" || key === "k") {
      const row = event.target.closest("tbody a")?.closest("tr");
      const next = key === "j" ? row?.nextElementSibling : row?.previousElementSibling;
      next?.querySelector("a")?.focus();
    }
  });

  // what is to be copied gets a button, where the browser lets a page copy
  if (navigator.clipboard) {
    const status = document.createElement("p");
    status.className = "aside";
    status.role = "status";
    for (const source of document.querySelectorAll("[data-copy]")) {
      const { copy, copied, what } = source.dataset;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "copy";
      button.textContent = copy;
      button.setAttribute("aria-label", `${copy}: ${what}`);
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(source.innerText.trim());
        button.textContent = copied;
        status.textContent = `${copied}: ${what}`;
      });
      source.after(" ", button);
      document.getElementById("main").append(status);
    }
  }

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

  // a form is sent once, and coming back to the page makes it ready again; one that gives a file leaves its page as it is
  document.addEventListener("submit", (event) => {
    if (event.target.method !== "post" || "again" in event.target.dataset) return;
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
