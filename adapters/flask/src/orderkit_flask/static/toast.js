/* News at the foot of the page. */

import { listen } from "./life.js";

export function makeToast(root) {
  const dialog = document.getElementById("ok-dialog");
  let shown = null;
  let timer;

  function hide() {
    window.clearTimeout(timer);
    if (shown?.isConnected) shown.hidePopover();
    shown = null;
  }

  /* Outside an open window nothing is seen or read out: it has a place for news of its own. */
  function tell(words) {
    hide();
    shown = (dialog.open ? dialog : root).querySelector(":scope > .ok-toast");
    shown.showPopover();
    shown.textContent = words || root.dataset.failed;
    timer = window.setTimeout(hide, 8000);
  }

  function tellPage(text) {
    const page = new DOMParser().parseFromString(text, "text/html");
    tell(page.querySelector(".ok-message p")?.textContent);
  }

  listen(dialog, "close", hide);
  return { tell, tellPage };
}
