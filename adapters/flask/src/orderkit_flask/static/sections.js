/* The sections of a window: which of them an address names, and where the focus goes in one. */

/* What an address is of: …/delivery and …#journal are of a part of the window, …/<id> is of all of it. */
export function partOf({ hash, pathname }, body) {
  if (hash) return document.getElementById(hash.slice(1));
  const name = pathname.split("/").at(-1);
  const isWhole = /^[0-9a-f-]{32,}$/.test(name);
  return isWhole ? null : document.getElementById(`ok-s-${name}`) || body.querySelector("form[data-ok-guard]");
}

/* The address names a section: it is in view, and its form is ready for typing. A form of its own begins at its top. */
export function turnTo(section) {
  if (section.matches("section")) section.scrollIntoView();
  const fields = "input:not([type=hidden]), select, textarea, button:not([aria-disabled])";
  (section.querySelector("[autofocus]") || section.querySelector(`form :is(${fields})`))?.focus({ preventScroll: true });
}

/* The form was refused: the first of what is wrong in it is ready to be corrected, and in view. */
export function turnToTrouble(root) {
  const shown = [...root.querySelectorAll(".ok-window")].at(-1);
  const trouble = shown?.querySelector("form[data-ok-guard] [autofocus], form[data-ok-guard] [aria-invalid]")
    || shown?.querySelector("[role=alert]");
  trouble?.focus({ preventScroll: true });
  trouble?.scrollIntoView({ block: "center" });
}

/* What had the focus went with the answer: it goes on in the same section, in its form or at what opens it; else in the list. */
export function refocus(root, pressed) {
  const name = pressed.closest("section")?.getAttribute("aria-labelledby") || "ok-s-status";
  const section = [...root.querySelectorAll(`section[aria-labelledby="${name}"]`)].at(-1);
  if (!section) {
    document.getElementById("ok-results")?.focus({ preventScroll: true });
    return;
  }
  const fields = "input:not([type=hidden]), select, textarea, button:not([aria-disabled], [tabindex='-1'])";
  const next = section.querySelector("[autofocus]") || section.querySelector(`form :is(${fields})`)
    || document.getElementById(`${name}-edit`) || section.querySelector("a, button, summary");
  next?.focus({ preventScroll: true });
  document.getElementById(name)?.scrollIntoView({ block: "nearest" });
}
