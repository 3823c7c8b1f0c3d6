/* Keys, and the clicks that none of them is held down at. */

import { listen } from "./life.js";

export const isPlainClick = (event) =>
  !event.button && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;

export function takeKeys(root) {
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
