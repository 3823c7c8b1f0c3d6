/* What is there to be copied is chosen as a whole as soon as it has the focus. */

import { listen } from "./life.js";

export function offerCopying(root) {
  listen(root, "focusin", ({ target }) => {
    if (target.matches("input[readonly]")) target.select();
  });
}
