/* What is there to be copied is chosen as a whole as soon as it has the focus, or copied by its button. */

import { listen } from "./life.js";

const STAYS = 2000; /* ms in which a button says that it is done */

/* Outside of a secure page there is no clipboard but the old command. */
async function copy(field) {
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    document.execCommand("copy");
  }
}

export function offerCopying(root) {
  listen(root, "focusin", ({ target }) => {
    if (target.matches("input[readonly]")) target.select();
  });
  listen(root, "click", async ({ target }) => {
    const button = target.closest("[data-ok-copy]");
    if (!button || button.dataset.okWas) return;
    await copy(document.getElementById(button.dataset.okCopy));
    button.dataset.okWas = button.textContent;
    button.textContent = button.dataset.okCopied;
    button.focus();
    window.setTimeout(() => {
      button.textContent = button.dataset.okWas;
      delete button.dataset.okWas;
    }, STAYS);
  });
}
