/* Windows over the list, and the address of what is shown. */

import { fetchInto, showBusy, withoutHash } from "./asking.js";
import { isPlainClick } from "./keys.js";
import { listen } from "./life.js";
import { partOf, turnTo } from "./sections.js";

export function makeWindows(root, guard, list) {
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
    const part = partOf(new URL(address, location.href), body);
    if (part) turnTo(part.closest("section") || part);
    here = location.href;
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

  /* What the address bar named is stored, and the answer is what was made of it: the address is now that of the answer,
     and a window of something new begins at its top. */
  function follow(asked, answered) {
    const address = withoutHash(answered);
    const path = new URL(address).pathname;
    if (path === asked || location.pathname !== asked) return;
    history.replaceState(history.state?.orderkit ? { ...history.state, orderkit: address } : history.state, "", address);
    here = location.href;
    if (!asked.startsWith(path)) (dialog.open ? dialog : window).scrollTo(0, 0);
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
    /* Who went on to search while the list was fetched stays there. */
    if (!list.find()?.contains(document.activeElement)) list.focus(opener);
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
