/* Answers: which are put in place, what is told of the others, and what follows from them. */

import { showBusy } from "./asking.js";
import { makeCarrier } from "./guard.js";
import { listen } from "./life.js";
import { refocus, turnToTrouble } from "./sections.js";

export function takeAnswers(root, { toast, guard, list, windows, menu }) {
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

  const isRefused = ({ status }) => status === 409 || status === 422;

  /* Whether an answer is put in place. */
  function accept(detail) {
    const { xhr } = detail;
    if (xhr.status === 204) return false;
    if (!xhr.getResponseHeader("Orderkit-Screen")) return giveWay(detail);
    if (xhr.status >= 400 && !isRefused(xhr)) return toast.tellPage(xhr.responseText);
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
    const isStillTyped = carrier.bring(detail.xhr);
    if (isRefused(detail.xhr) && !isStillTyped) turnToTrouble(root);
    else if (document.activeElement === document.body) refocus(root, asker(detail));
  });
  on("htmx:afterSettle", ({ detail }) => carrier.announce(detail.xhr));
  on("htmx:beforeRequest", (event) => {
    const { detail } = event;
    const form = asker(detail).closest("form");
    /* What is being stored is not counted any more: the count would meet the change itself. */
    if (form !== asker(detail) && form?.matches(".htmx-request")) return event.preventDefault();
    if (form === asker(detail)) form?.querySelectorAll("[hx-sync]").forEach((one) => htmx.trigger(one, "htmx:abort"));
    if (asker(detail) === list.find()) list.giveWay();
    carrier.note(detail.xhr, form);
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
