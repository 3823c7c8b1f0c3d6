/* Asking for pages: for which address, into what place, and what is seen meanwhile. */

const PATIENCE = 100; /* ms that nobody notices */
export const AT_ONCE = "innerHTML swap:0ms transition:false";

export const withoutHash = (address) => new URL(address, location.href).href.split("#")[0];

/* Ask for a page and put a part of it into *target*. *asker* is asked for one thing at a time: the last one. */
export const fetchInto = (target, asker, address, select) =>
  htmx.ajax("GET", withoutHash(address), { source: asker, target, swap: AT_ONCE, select }).catch(() => undefined);

/* The control that was pressed shows that an answer is awaited; not at once, most answers are faster. */
export function showBusy(control) {
  const timer = window.setTimeout(() => control.setAttribute("aria-busy", "true"), PATIENCE);
  return () => {
    window.clearTimeout(timer);
    control.removeAttribute("aria-busy");
  };
}
