/*
 * What the tab does better with a script; without one, every link and form works by itself.
 *
 * htmx fetches pages and puts parts of them in place. What is here decides where: windows over the list, with the
 * address of what is shown; a guard for what is typed and not saved; keys.
 */
(() => {
  "use strict";

  const script = document.currentScript;

  /* A host that has an htmx of its own keeps it, and we use it; else ours is loaded, and told to be modest. */
  function withHtmx(begin) {
    if (window.htmx) return begin();
    const settings = document.createElement("meta");
    settings.name = "htmx-config";
    settings.content = JSON.stringify({
      allowEval: false, includeIndicatorStyles: false, selfRequestsOnly: true, historyEnabled: false,
      scrollIntoViewOnBoost: false,
    });
    const library = document.createElement("script");
    library.src = script.dataset.htmx;
    library.addEventListener("load", begin);
    document.head.append(settings, library);
  }

  function begin() {
    const root = document.getElementById("orderkit");
    if (!root) return;
    const dialog = document.getElementById("ok-dialog");
    const body = document.getElementById("ok-dialog-body");
    const toast = document.getElementById("ok-toast");
    let changed = false; /* whether the list under the window may be out of date */
    let opener = "";
    let here = location.href;

    root.classList.add("ok-scripted");

    /* What is typed and not saved. */

    const isTouched = (field) =>
      field.type === "checkbox" || field.type === "radio" ? field.checked !== field.defaultChecked
        : field.tagName === "SELECT" ? [...field.options].some((one) => one.selected !== one.defaultSelected) && field.options.length > 0 && !isFirstChoice(field)
        : field.type !== "hidden" && field.value !== field.defaultValue;
    const isFirstChoice = (field) =>
      ![...field.options].some((one) => one.defaultSelected) && field.selectedIndex === 0;
    const isUnsaved = (form) =>
      form.hasAttribute("data-ok-unsaved") || [...form.elements].some((field) => "defaultValue" in field || field.options ? isTouched(field) : false);
    const unsaved = (within) =>
      [...within.querySelectorAll("form[data-ok-guard]")].filter((form) => !form.dataset.okSent && isUnsaved(form));
    const mayLeave = (within, except) =>
      !unsaved(within).some((form) => form !== except) || window.confirm(root.dataset.unsaved);

    window.addEventListener("beforeunload", (event) => {
      if (unsaved(root).length) event.preventDefault();
    });
    root.addEventListener("submit", (event) => {
      /* A plain form leaves the page on purpose, once. */
      const form = event.target;
      if (form.hasAttribute("hx-boost") || form.method === "dialog" || event.defaultPrevented) return;
      if (form.dataset.okSent && form.method === "post") return event.preventDefault();
      form.dataset.okSent = "yes";
      window.setTimeout(() => delete form.dataset.okSent, 5000);
    });

    /* Windows over the list. */

    async function show(address, depth, push) {
      await htmx.ajax("GET", address, { target: body, swap: "innerHTML", select: ".ok-window" });
      if (!body.firstElementChild) return;
      if (!dialog.open) dialog.showModal();
      dialog.scrollTop = 0;
      if (push) history.pushState({ orderkit: address, depth }, "", address);
      here = location.href;
    }

    const depth = () => (dialog.open && history.state && history.state.depth) || 0;

    root.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-ok-window]");
      if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      if (!dialog.contains(link) && root.querySelector(".ok-window:not(dialog *)")) return; /* a page of its own */
      event.preventDefault();
      if (!mayLeave(root)) return;
      if (!dialog.open) opener = link.id;
      closeMenu();
      show(link.href, depth() + 1, true);
    });

    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      leave();
    });
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) leave();
    });
    root.querySelector(".ok-close").addEventListener("submit", (event) => {
      event.preventDefault();
      leave();
    });

    function leave() {
      if (!mayLeave(body)) return;
      if (depth()) history.go(-depth());
      else close();
    }

    function close() {
      dialog.close();
      body.replaceChildren();
      const back = () => document.getElementById(opener)?.focus({ preventScroll: true });
      if (changed) refresh().then(back);
      else back();
      changed = false;
    }

    window.addEventListener("popstate", (event) => {
      const state = event.state;
      if (dialog.open && !mayLeave(body)) return history.pushState({ orderkit: here, depth: 1 }, "", here);
      here = location.href;
      if (state && state.orderkit) show(state.orderkit, state.depth, false);
      else if (dialog.open) close();
    });
    /* A page reloaded under its window's address is that window's own page: nothing is open above it. */
    if (history.state && history.state.orderkit) history.replaceState(null, "", location.href);

    /* The list under the window. */

    function refresh() {
      if (!document.getElementById("ok-results")) return Promise.resolve();
      return htmx.ajax("GET", location.href, { target: "#ok-results", swap: "outerHTML", select: "#ok-results" });
    }

    /* Small menus beside what was pressed, such as the statuses of a row. */

    const menu = document.getElementById("ok-menu");

    function closeMenu() {
      if (menu.matches(":popover-open")) menu.hidePopover();
    }

    root.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-ok-menu]");
      if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      htmx.ajax("GET", link.href, { target: menu, swap: "innerHTML", select: "#ok-choices" }).then(() => {
        if (!menu.firstElementChild) return;
        menu.dataset.row = link.closest("[id]").id;
        menu.showPopover();
        const beside = link.getBoundingClientRect();
        const top = Math.min(beside.bottom + 4, window.innerHeight - menu.offsetHeight - 8);
        menu.style.top = `${Math.max(8, top)}px`;
        menu.style.left = `${Math.max(8, Math.min(beside.left, window.innerWidth - menu.offsetWidth - 8))}px`;
        menu.querySelector("button:not([disabled]), a")?.focus();
      });
    });

    /* Answers. */

    const isOurs = (event) => root.contains(event.detail.elt) || root.contains(event.detail.target);

    document.body.addEventListener("htmx:confirm", (event) => {
      /* Another form of the same window is open: the answer would take it away. */
      const part = event.detail.elt.closest(".ok-window");
      if (!part || !isOurs(event)) return;
      const own = event.detail.elt.closest("form");
      if (!mayLeave(part, own && own.hasAttribute("data-ok-give-up") ? undefined : own)) event.preventDefault();
    });
    document.body.addEventListener("htmx:beforeSwap", (event) => {
      if (!isOurs(event)) return;
      const { xhr } = event.detail;
      if (xhr.status === 409 || xhr.status === 422) {
        event.detail.shouldSwap = true;
        event.detail.isError = false;
      } else if (xhr.status >= 400) {
        event.detail.shouldSwap = false;
        tell(wordsOf(xhr.responseText));
      }
    });
    document.body.addEventListener("htmx:afterRequest", (event) => {
      if (!isOurs(event)) return;
      if (event.detail.requestConfig.verb !== "get" && event.detail.successful) changed = true;
    });
    document.body.addEventListener("htmx:sendError", (event) => {
      if (isOurs(event)) tell(root.dataset.failed);
    });

    function wordsOf(page) {
      const message = new DOMParser().parseFromString(page, "text/html").querySelector(".ok-message p");
      return (message && message.textContent) || root.dataset.failed;
    }

    function tell(words) {
      toast.textContent = words;
      toast.classList.add("ok-told");
      window.clearTimeout(tell.timer);
      tell.timer = window.setTimeout(() => toast.classList.remove("ok-told"), 8000);
    }

    /* Keys. */

    document.addEventListener("keydown", (event) => {
      const typing = event.target.closest("input, textarea, select, [contenteditable]");
      if (event.key === "/" && !typing && !dialog.open && !event.ctrlKey && !event.metaKey && !event.altKey) {
        const search = document.getElementById("ok-q");
        if (!search || search.closest("[hidden]")) return;
        event.preventDefault();
        search.focus();
        search.select();
      }
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && typing && root.contains(typing)) {
        const form = typing.closest("form[data-ok-guard]");
        if (form) form.requestSubmit(form.querySelector("button.ok-primary") || undefined);
      }
    });
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => withHtmx(begin));
  else withHtmx(begin);
})();
