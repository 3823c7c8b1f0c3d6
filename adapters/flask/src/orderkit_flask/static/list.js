/* The list: fresh after a change, and its address while one searches. */

import { AT_ONCE, withoutHash } from "./asking.js";
import { isFilledIn } from "./guard.js";

export function makeList(root) {
  const find = () => root.querySelector("form.ok-find");
  const results = () => document.getElementById("ok-results");
  let ground = withoutHash(location.href); /* what the page itself shows, whatever lies over it */
  let isLate = false;

  const isSearching = () => find()?.matches(".htmx-request");
  const search = () => htmx.trigger(find(), "ok-search");

  function refresh() {
    if (!results() || isSearching()) return Promise.resolve();
    return htmx
      .ajax("GET", ground, {
        source: results(), target: "#ok-results", swap: AT_ONCE.replace("inner", "outer"), select: "#ok-results",
      })
      .catch(() => undefined);
  }

  /* What a search brings takes the place of all of it; whatever came in between would be in its way. */
  function giveWay() {
    htmx.trigger(results(), "htmx:abort");
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
    if (isLate) search();
    isLate = false;
  }

  /* What was typed or ticked before the script was at work is searched for now. */
  function begin() {
    if (find() && isFilledIn(find())) search();
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

  return { begin, refresh, giveWay, takeSearch, announce, catchUp, focus, isShown, find, isThere: () => Boolean(results()) };
}
