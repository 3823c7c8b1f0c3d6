/*
 * What the tab does better with a script; without one, every link and form works by itself.
 *
 * htmx fetches pages and puts parts of them in place. What is here decides where: windows over the list, with the
 * address of what is shown; a status changed in its row; a guard for what is typed and not saved; keys.
 *
 * This one loads htmx and begins. Each of the others holds a function or two that are given what they work with and
 * answer what others may ask of them.
 */

import { takeAnswers } from "./answers.js";
import { offerCopying } from "./copying.js";
import { followPayments } from "./following.js";
import { makeGuard } from "./guard.js";
import { takeKeys } from "./keys.js";
import { beginAnew, listen } from "./life.js";
import { makeList } from "./list.js";
import { makeMenu } from "./menu.js";
import { makeToast } from "./toast.js";
import { makeWindows } from "./windows.js";

const script = document.querySelector("script[data-htmx]"); /* a module has no `document.currentScript` */

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
  beginAnew();
  root.classList.add("ok-scripted");
  const toast = makeToast(root);
  const guard = makeGuard(root);
  const list = makeList(root);
  const windows = makeWindows(root, guard, list);
  const menu = makeMenu(root, windows, list);
  windows.onOpen(menu.close);
  takeAnswers(root, { toast, guard, list, windows, menu });
  takeKeys(root);
  offerCopying(root);
  followPayments(root, guard);
  htmx.process(root);
  list.begin();
  showTab(root);
  listen(window, "resize", () => showTab(root));
}

/* Where the tabs have no room side by side, the one that is open is in sight. */
function showTab(root) {
  const here = root.querySelector(".ok-tabs [aria-current]");
  if (here) here.parentElement.scrollLeft = here.offsetLeft - here.parentElement.offsetLeft - 24;
}

/* A host that turns its pages with htmx brings the tab in later, or again. */
document.addEventListener("htmx:load", () => begin());
/* Loaded between the page's being read and its pictures being there, htmx would never make itself ready. */
if (document.readyState === "complete") loadHtmx();
else window.addEventListener("load", loadHtmx);
