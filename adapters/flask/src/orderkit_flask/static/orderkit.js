/*
 * What the tab does better with a script; without one, every link and form works by itself.
 *
 * htmx fetches pages and puts parts of them in place. What is here decides where: windows over the list, with the
 * address of what is shown; a status changed in its row; a guard for what is typed and not saved; keys.
 *
 * Each part below is a function that is given what it works with and answers what others may ask of it.
 */
(() => {
  "use strict";

  const script = document.currentScript;
  const PATIENCE = 100; /* ms that nobody notices */
  const AT_ONCE = "innerHTML swap:0ms transition:false";
  let life = new AbortController(); /* ends when another page of a host takes the place of ours */

  /* A host that has an htmx of its own keeps it, and we use it; else ours is loaded, and told to be modest. */
  function loadHtmx() {
    if (window.htmx) return begin();
    if (document.querySelector("script[data-ok-library]")) return;
    const settings = document.createElement("meta");
    settings.name = "htmx-config";
    settings.content = JSON.stringify({
      allowEval: false, includeIndicatorStyles: false, selfRequestsOnly: true, historyEnabled: false,
      scrollIntoViewOnBoost: false, defaultSettleDelay: 0,
    });
    const library = document.createElement("script");
    library.src = script.dataset.htmx;
    library.dataset.okLibrary = "htmx";
    library.addEventListener("load", begin);
    document.head.append(settings, library);
  }

  function begin() {
    const root = document.getElementById("orderkit");
    if (!root || root.classList.contains("ok-scripted")) return;
    life.abort();
    life = new AbortController();
    root.classList.add("ok-scripted");
    const toast = makeToast(root);
    const guard = makeGuard(root);
    const list = makeList(root);
    const windows = makeWindows(root, guard, list);
    const menu = makeMenu(root, windows, list);
    windows.onOpen(menu.close);
    takeAnswers(root, { toast, guard, list, windows, menu });
    takeKeys(root);
    htmx.process(root);
  }

  /* Small things. */

  const listen = (where, what, action) => where.addEventListener(what, action, { signal: life.signal });
  const isPlainClick = (event) =>
    !event.button && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  const withoutHash = (address) => new URL(address, location.href).href.split("#")[0];

  /* Ask for a page and put a part of it into *target*. *asker* is asked for one thing at a time: the last one. */
  const fetchInto = (target, asker, address, select) =>
    htmx.ajax("GET", withoutHash(address), { source: asker, target, swap: AT_ONCE, select }).catch(() => undefined);

  /* The control that was pressed shows that an answer is awaited; not at once, most answers are faster. */
  function showBusy(control) {
    const timer = window.setTimeout(() => control.setAttribute("aria-busy", "true"), PATIENCE);
    return () => {
      window.clearTimeout(timer);
      control.removeAttribute("aria-busy");
    };
  }

  /* News at the foot of the page. */

  function makeToast(root) {
    const toast = document.getElementById("ok-toast");
    let timer;

    function tell(words) {
      toast.textContent = words || root.dataset.failed;
      toast.classList.add("ok-told");
      window.clearTimeout(timer);
      timer = window.setTimeout(() => toast.classList.remove("ok-told"), 8000);
    }

    function tellPage(text) {
      const page = new DOMParser().parseFromString(text, "text/html");
      tell(page.querySelector(".ok-message p")?.textContent);
    }

    return { tell, tellPage };
  }

  /* What is typed and not saved. */

  function makeGuard(root) {
    function isTouched(field) {
      if (field.type === "hidden") return false;
      if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
      if (field.tagName === "SELECT") return isChosenAnew(field);
      return "defaultValue" in field && field.value !== field.defaultValue;
    }

    function isChosenAnew(select) {
      const options = [...select.options];
      const isMarked = options.some((option) => option.defaultSelected);
      const was = (option, index) => (isMarked ? option.defaultSelected : !select.multiple && index === 0);
      return options.some((option, index) => option.selected !== was(option, index));
    }

    const isUnsaved = (form) =>
      !form.dataset.okSent && (form.hasAttribute("data-ok-unsaved") || [...form.elements].some(isTouched));

    const unsaved = (within) => [...within.querySelectorAll("form[data-ok-guard]")].filter(isUnsaved);

    /* Whether what is typed *within* may be given up; *except* is the form that is being sent. */
    const mayLeave = (within, except) =>
      !unsaved(within).some((form) => form !== except) || window.confirm(root.dataset.unsaved);

    /* A plain form leaves the page on purpose, once. */
    function send(event) {
      const form = event.target;
      if (form.hasAttribute("hx-boost") || form.method === "dialog" || event.defaultPrevented) return;
      if (form.dataset.okSent && form.method === "post") return event.preventDefault();
      form.dataset.okSent = "yes";
      window.setTimeout(() => delete form.dataset.okSent, 5000);
    }

    listen(root, "submit", send);
    listen(window, "beforeunload", (event) => unsaved(root).length && event.preventDefault());
    return { mayLeave, hasUnsaved: () => unsaved(root).length > 0 };
  }

  /* The list: fresh after a change, and its address while one searches. */

  function makeList(root) {
    const find = () => root.querySelector("form.ok-find");
    const results = () => document.getElementById("ok-results");
    let ground = withoutHash(location.href); /* what the page itself shows, whatever lies over it */
    let isLate = false;

    function refresh() {
      if (!results()) return Promise.resolve();
      return htmx
        .ajax("GET", ground, {
          source: results(), target: "#ok-results", swap: AT_ONCE.replace("inner", "outer"), select: "#ok-results",
        })
        .catch(() => undefined);
    }

    /* Empty parameters say nothing; without them an address can be read aloud. */
    function keepAddress(path) {
      const address = new URL(path, location.href);
      for (const [name, value] of [...address.searchParams]) if (!value) address.searchParams.delete(name);
      history.replaceState(history.state, "", address);
      ground = withoutHash(address);
    }

    /* An answer to the search; under a window it waits, for the address is that of the window. */
    function takeSearch(detail, isCovered) {
      isLate = isCovered;
      if (isCovered) detail.shouldSwap = false;
      else keepAddress(detail.pathInfo.finalRequestPath);
    }

    function catchUp() {
      if (isLate) htmx.trigger(find(), "ok-search");
      isLate = false;
    }

    /* What was found, for whoever does not see it. */
    function announce() {
      const words = document.getElementById("ok-count") || results()?.querySelector(".ok-empty p");
      document.getElementById("ok-said").textContent = words?.textContent || "";
    }

    /* Back to what was pressed; to the list where that is gone. */
    function focus(id) {
      (document.getElementById(id) || results())?.focus({ preventScroll: true });
    }

    const isShown = (address) => withoutHash(address) === ground;

    return { refresh, takeSearch, announce, catchUp, focus, isShown, find, isThere: () => Boolean(results()) };
  }

  /* Windows over the list. */

  function makeWindows(root, guard, list) {
    const dialog = document.getElementById("ok-dialog");
    const body = document.getElementById("ok-dialog-body");
    let isChanged = false; /* whether the list underneath may be out of date */
    let isLeaving = false; /* on purpose, and asked already */
    let opener = "";
    let here = location.href;
    let before = () => undefined;

    const depth = () => (dialog.open && history.state?.depth) || 0;

    async function show(address, control) {
      const had = body.firstElementChild;
      const rest = showBusy(control);
      await fetchInto(body, dialog, address, ".ok-window");
      rest();
      if (!body.firstElementChild || body.firstElementChild === had) return false;
      reveal(address);
      return true;
    }

    function reveal(address) {
      before();
      if (!dialog.open) dialog.showModal();
      else if (!dialog.contains(document.activeElement)) dialog.querySelector(".ok-close button").focus();
      dialog.scrollTop = 0;
      const part = partOf(new URL(address, location.href));
      if (part) turnTo(part.closest("section") || part);
      here = location.href;
    }

    /* What an address is of: …/delivery and …#journal are of a part of the window, …/<id> is of all of it. */
    function partOf({ hash, pathname }) {
      if (hash) return document.getElementById(hash.slice(1));
      const name = pathname.split("/").at(-1);
      const isWhole = /^[0-9a-f-]{32,}$/.test(name);
      return isWhole ? null : document.getElementById(`ok-s-${name}`) || body.querySelector("form[data-ok-guard]");
    }

    /* The address names a section: it is in view, and its form is ready for typing. A form of its own begins at its top. */
    function turnTo(section) {
      if (section.matches("section")) section.scrollIntoView();
      const fields = "input:not([type=hidden]), select, textarea, button:not([aria-disabled])";
      (section.querySelector("[autofocus]") || section.querySelector(`form :is(${fields})`))?.focus({ preventScroll: true });
    }

    function push(address, level) {
      history.pushState({ orderkit: address, depth: level }, "", address);
      here = location.href;
    }

    async function open(link) {
      if (!guard.mayLeave(dialog)) return;
      const level = depth() + 1;
      if (!dialog.open) opener = link.dataset.okOpener || link.id;
      if (await show(link.href, link)) push(link.href, level);
    }

    /* The answer to a form of the list that has to be shown in full. */
    function openWith(text, address, id) {
      const part = new DOMParser().parseFromString(text, "text/html").querySelector(".ok-window");
      if (!part) return;
      opener = id;
      /* A stage was pressed, nothing was typed. */
      for (const form of part.querySelectorAll("[data-ok-unsaved]")) form.removeAttribute("data-ok-unsaved");
      body.replaceChildren(document.adoptNode(part));
      htmx.process(body);
      reveal(address);
      push(address, 1);
    }

    function leave() {
      if (!guard.mayLeave(body)) return;
      if (!depth()) return close();
      isLeaving = true;
      history.go(-depth());
    }

    /* What the address bar named is stored, and the answer is what was made of it: the address is now that of the answer. */
    function follow(asked, answered) {
      const address = withoutHash(answered);
      const path = new URL(address).pathname;
      if (path === asked || location.pathname !== asked) return;
      history.replaceState(history.state?.orderkit ? { ...history.state, orderkit: address } : history.state, "", address);
      here = location.href;
    }

    /* A form that is done with closes its window; *focus* is what it changed. */
    function finish(address, focus) {
      if (!dialog.open) return location.assign(`${withoutHash(address)}#${focus}`);
      isChanged = true;
      opener = focus;
      body.replaceChildren();
      leave();
    }

    async function close() {
      dialog.close();
      body.replaceChildren();
      if (isChanged) {
        isChanged = false;
        await list.refresh();
      }
      list.catchUp();
      list.focus(opener);
    }

    /* Back and forward: the window of that address, or the list; another page is loaded anew. */
    function move({ state }) {
      if (!isLeaving && dialog.open && !guard.mayLeave(body)) {
        return history.pushState({ orderkit: here, depth: (state?.depth || 0) + 1 }, "", here);
      }
      isLeaving = false;
      here = location.href;
      if (state?.orderkit && list.isThere()) show(state.orderkit, dialog);
      else if (!list.isShown(location.href)) location.reload();
      else if (dialog.open) close();
    }

    listen(root, "click", (event) => {
      const link = event.target.closest("a[data-ok-window]");
      if (!link || !isPlainClick(event)) return;
      if (!dialog.contains(link) && !list.isThere()) return; /* a page of its own */
      event.preventDefault();
      open(link);
    });
    listen(dialog, "cancel", (event) => {
      if (event.target !== dialog) return;
      event.preventDefault();
      leave();
    });
    listen(dialog, "click", (event) => event.target === dialog && leave());
    /* The way out of a form whose window is nothing but the form. */
    listen(dialog, "click", (event) => {
      if (!event.target.closest("a[data-ok-leave]") || !isPlainClick(event)) return;
      event.preventDefault();
      leave();
    });
    listen(dialog.querySelector(".ok-close"), "submit", (event) => {
      event.preventDefault();
      leave();
    });
    listen(window, "popstate", move);
    /* A page reloaded under its window's address is that window's own page: nothing is open above it. */
    if (history.state?.orderkit) history.replaceState(null, "", location.href);

    return {
      openWith,
      follow,
      finish,
      isOpen: () => dialog.open,
      noteChange: () => { isChanged = true; },
      onOpen: (action) => { before = action; },
    };
  }

  /* Small menus beside what was pressed, such as the statuses of a row. */

  function makeMenu(root, windows, list) {
    const menu = document.getElementById("ok-menu");
    let link = null;

    const isOpen = () => menu.matches(":popover-open");
    const controls = () => [...menu.querySelectorAll("button, a")].filter((one) => one.offsetParent);

    function close() {
      if (isOpen()) menu.hidePopover();
    }

    async function open(pressed) {
      close();
      menu.replaceChildren();
      link = pressed;
      const rest = showBusy(pressed);
      await fetchInto(menu, menu, pressed.href, "#ok-choices");
      rest();
      if (!menu.firstElementChild || link !== pressed) return;
      menu.setAttribute("aria-label", pressed.getAttribute("aria-label"));
      menu.showPopover();
      pressed.setAttribute("aria-expanded", "true");
      place(pressed.getBoundingClientRect());
      controls().find((one) => !one.hasAttribute("aria-disabled"))?.focus();
    }

    function place(beside) {
      const lowest = window.innerHeight - menu.offsetHeight - 8;
      const furthest = window.innerWidth - menu.offsetWidth - 8;
      menu.style.top = `${Math.max(8, Math.min(beside.bottom + 4, lowest))}px`;
      menu.style.left = `${Math.max(8, Math.min(beside.left, furthest))}px`;
    }

    /* Here a step changes its row; what asks for more opens in a window. */
    function adapt({ target: node }) {
      if (!menu.contains(node) || !link) return;
      if (node.matches("a[hx-boost]")) {
        node.setAttribute("hx-boost", "false"); /* else it would be the form's */
        node.dataset.okWindow = "";
        node.dataset.okOpener = link.id; /* the focus comes back to the row */
      } else if (node.matches("form[hx-boost]")) {
        const row = `#${link.closest(".ok-row").id}`;
        node.setAttribute("hx-target", row);
        node.setAttribute("hx-select", row);
        const back = document.createElement("input");
        Object.assign(back, { type: "hidden", name: "back", value: "list" });
        node.append(back);
      }
    }

    /* Whether the answer goes into the row; a refusal is shown in full. */
    function isRowChanged(detail) {
      if (detail.xhr.status < 400) return true;
      const { id, href } = link;
      detail.isError = false;
      windows.noteChange(); /* somebody else was faster */
      close();
      windows.openWith(detail.xhr.responseText, href, id);
      return false;
    }

    async function finish() {
      close();
      menu.replaceChildren();
      if (!document.getElementById(link.id)) await list.refresh(); /* it fits the filters no more */
      list.focus(link.id);
    }

    function walk(event) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const all = controls();
      const at = all.indexOf(document.activeElement);
      if (event.key === "Home") all[0]?.focus();
      else if (event.key === "End") all.at(-1)?.focus();
      else if (step) all.at((at + step) % all.length)?.focus();
      else return;
      event.preventDefault();
    }

    listen(root, "click", (event) => {
      const pressed = event.target.closest("a[data-ok-menu]");
      if (!pressed || !isPlainClick(event)) return;
      event.preventDefault();
      open(pressed);
    });
    listen(menu, "keydown", walk);
    listen(menu, "toggle", (event) => {
      if (event.newState !== "closed" || !link) return;
      link.removeAttribute("aria-expanded");
      const focused = document.activeElement;
      if (!windows.isOpen() && (focused === document.body || menu.contains(focused))) list.focus(link.id);
    });
    listen(document.body, "htmx:beforeProcessNode", adapt);
    return { close, isRowChanged, finish, contains: (node) => menu.contains(node) };
  }

  /* What had the focus went with the answer: it goes on in the same section, in its form or at what opens it. */
  function refocus(root, pressed) {
    const name = pressed.closest("section")?.getAttribute("aria-labelledby") || "ok-s-status";
    const section = [...root.querySelectorAll(`section[aria-labelledby="${name}"]`)].at(-1);
    if (!section) return;
    const fields = "input:not([type=hidden]), select, textarea, button:not([aria-disabled], [tabindex='-1'])";
    const next = section.querySelector("[autofocus]") || section.querySelector(`form :is(${fields})`)
      || document.getElementById(`${name}-edit`) || section.querySelector("a, button, summary");
    next?.focus({ preventScroll: true });
  }

  /* What is typed while an answer is awaited goes on in the same fields of the answer. */

  function makeCarrier() {
    const sent = new WeakMap();
    const late = new WeakMap();
    const isTyped = (field) => field.id && field.type !== "hidden" && "value" in field && field.type !== "submit";
    const valueOf = (field) => (/^(checkbox|radio)$/.test(field.type) ? field.checked : field.value);
    const typedIn = (form) => new Map([...(form?.elements || [])].filter(isTyped).map((one) => [one.id, valueOf(one)]));

    function note(xhr, form) {
      sent.set(xhr, typedIn(form));
    }

    function gather(xhr, form) {
      const before = sent.get(xhr) || new Map();
      late.set(xhr, [...typedIn(form)].filter(([id, value]) => before.has(id) && before.get(id) !== value));
    }

    function bring(xhr) {
      const brought = [];
      for (const [id, value] of late.get(xhr) || []) {
        const field = document.getElementById(id);
        if (!field || valueOf(field) === value) continue;
        if (typeof value === "boolean") field.checked = value;
        else field.value = value;
        brought.push(field);
      }
      late.set(xhr, brought);
    }

    /* Once htmx listens to the new fields: what follows from them is asked for anew. */
    function announce(xhr) {
      for (const field of late.get(xhr) || []) field.dispatchEvent(new Event("input", { bubbles: true }));
    }

    return { note, gather, bring, announce };
  }

  /* Answers. */

  function takeAnswers(root, { toast, guard, list, windows, menu }) {
    const isOurs = ({ elt, target }) => root.contains(elt) || root.contains(target);
    const on = (name, action) => listen(document.body, name, (event) => isOurs(event.detail) && action(event));
    /* What asked; `detail.elt` is what is told of it. */
    const asker = ({ requestConfig }) => requestConfig.elt;
    const isOfMenu = (detail) => detail.requestConfig.verb !== "get" && menu.contains(asker(detail));
    const resting = new WeakMap();
    const carrier = makeCarrier();

    /* Whoever was signed in is not any more, or the host has something else to say: it says it itself. */
    function giveWay({ xhr, requestConfig }) {
      if (xhr.status >= 500) return toast.tell();
      if (guard.hasUnsaved()) return toast.tell(root.dataset.away);
      if (requestConfig.verb === "get" || xhr.responseURL !== new URL(requestConfig.path, location.href).href) {
        location.assign(xhr.responseURL);
      } else location.reload();
    }

    /* Whether an answer is put in place. */
    function accept(detail) {
      const { xhr } = detail;
      if (xhr.status === 204) return false;
      if (!xhr.getResponseHeader("Orderkit-Screen")) return giveWay(detail);
      const isForm = xhr.status === 409 || xhr.status === 422;
      if (xhr.status >= 400 && !isForm) return toast.tellPage(xhr.responseText);
      if (isOfMenu(detail)) return menu.isRowChanged(detail);
      return true;
    }

    on("htmx:confirm", (event) => {
      /* Another form stands in what the answer replaces: it would be taken away. */
      const { elt, target } = event.detail;
      const own = elt.closest("form");
      const except = own?.hasAttribute("data-ok-give-up") ? undefined : own;
      if (!elt.closest(".ok-window") || guard.mayLeave(target, except)) return;
      event.preventDefault();
    });
    on("htmx:configRequest", ({ detail }) => { detail.headers["Orderkit-Screen"] = "wanted"; });
    on("htmx:beforeSwap", ({ detail }) => {
      detail.shouldSwap = accept(detail) === true;
      if (detail.shouldSwap) detail.isError = false;
      carrier.gather(detail.xhr, asker(detail).closest("form"));
      if (detail.shouldSwap && asker(detail) === list.find()) list.takeSearch(detail, windows.isOpen());
    });
    on("htmx:afterSwap", ({ detail }) => {
      const { verb, path } = detail.requestConfig;
      if (verb !== "get") windows.follow(new URL(path, location.href).pathname, detail.xhr.responseURL);
      carrier.bring(detail.xhr);
      if (document.activeElement === document.body) refocus(root, asker(detail));
    });
    on("htmx:afterSettle", ({ detail }) => carrier.announce(detail.xhr));
    on("htmx:beforeRequest", ({ detail }) => {
      carrier.note(detail.xhr, asker(detail).closest("form"));
      const pressed = detail.requestConfig.triggeringEvent?.submitter || asker(detail);
      resting.set(detail.xhr, showBusy(pressed));
    });
    on("htmx:afterRequest", ({ detail }) => {
      resting.get(detail.xhr)?.();
      if (asker(detail) === list.find()) list.announce();
      if (isOfMenu(detail)) {
        if (detail.successful && detail.xhr.status < 400) menu.finish();
      } else if (detail.requestConfig.verb !== "get" && (detail.successful || detail.xhr.status === 409)) windows.noteChange();
    });
    on("htmx:sendError", () => toast.tell());
    listen(root, "okDone", ({ target, detail }) => {
      target.closest("form").dataset.okSent = "yes";
      windows.finish(detail.address, detail.focus);
    });
  }

  /* Keys. */

  function takeKeys(root) {
    const isModified = (event) => event.ctrlKey || event.metaKey || event.altKey;
    const search = () => root.querySelector("form.ok-find input[type=search]");

    function toSearch(event) {
      if (!search() || isModified(event) || root.querySelector("dialog[open], :popover-open")) return;
      event.preventDefault();
      search().focus();
      search().select();
    }

    function clear(event) {
      if (!event.target.value) return;
      event.preventDefault();
      event.target.value = "";
      event.target.dispatchEvent(new Event("input", { bubbles: true }));
    }

    function save(field) {
      const form = field.closest("form[data-ok-guard]");
      const button = form?.querySelector("button.ok-primary");
      if (button) button.click(); /* as htmx knows it: the form says which button was pressed */
      else form?.requestSubmit();
    }

    listen(document, "keydown", (event) => {
      const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
      if (event.key === "/" && !typing) toSearch(event);
      if (event.key === "Escape" && typing && typing === search()) clear(event);
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && root.contains(typing || null)) {
        event.preventDefault(); /* the browser would press the first button besides */
        save(typing);
      }
    });
  }

  /* A host that turns its pages with htmx brings the tab in later, or again. */
  document.addEventListener("htmx:load", () => begin());
  /* Loaded between the page's being read and its pictures being there, htmx would never make itself ready. */
  if (document.readyState === "complete") loadHtmx();
  else window.addEventListener("load", loadHtmx);
})();
