/* What is typed and not saved: it is given up on purpose only, and goes on in the answer that takes its place. */

import { listen } from "./life.js";

function isTouched(field) {
  if (field.type === "hidden") return false;
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.tagName === "SELECT") return isChosenAnew(field);
  return "defaultValue" in field && field.value !== field.defaultValue;
}

function isChosenAnew(select) {
  const options = [...select.options];
  const isMarked = options.some((option) => option.defaultSelected);
  const was = (option, index) => (isMarked ? option.defaultSelected : !select.multiple && index === 0);
  return options.some((option, index) => option.selected !== was(option, index));
}

/* Whether a field of *form* holds another value than the page came with. */
export const isFilledIn = (form) => [...form.elements].some(isTouched);

export function makeGuard(root) {
  const isUnsaved = (form) =>
    !form.dataset.okSent && (form.hasAttribute("data-ok-unsaved") || isFilledIn(form));

  const unsaved = (within) => [...within.querySelectorAll("form[data-ok-guard]")].filter(isUnsaved);

  /* Whether what is typed *within* may be given up; *except* is the form that is being sent. */
  const mayLeave = (within, except) =>
    !unsaved(within).some((form) => form !== except) || window.confirm(root.dataset.unsaved);

  /* A plain form leaves the page on purpose, once. */
  function send(event) {
    const form = event.target;
    if (form.hasAttribute("hx-boost") || form.method === "dialog" || event.defaultPrevented) return;
    if (form.dataset.okSent && form.method === "post") return event.preventDefault();
    form.dataset.okSent = "yes";
    window.setTimeout(() => delete form.dataset.okSent, 5000);
  }

  listen(root, "submit", send);
  listen(window, "beforeunload", (event) => unsaved(root).length && event.preventDefault());
  return { mayLeave, hasUnsaved: () => unsaved(root).length > 0 };
}

/* What is typed while an answer is awaited goes on in the same fields of the answer. */
export function makeCarrier() {
  const sent = new WeakMap();
  const late = new WeakMap();
  const isTyped = (field) => field.id && field.type !== "hidden" && "value" in field && field.type !== "submit";
  const valueOf = (field) => (/^(checkbox|radio)$/.test(field.type) ? field.checked : field.value);
  const typedIn = (form) => new Map([...(form?.elements || [])].filter(isTyped).map((one) => [one.id, valueOf(one)]));

  function note(xhr, form) {
    sent.set(xhr, typedIn(form));
  }

  function gather(xhr, form) {
    const before = sent.get(xhr) || new Map();
    late.set(xhr, [...typedIn(form)].filter(([id, value]) => before.has(id) && before.get(id) !== value));
  }

  function bring(xhr) {
    const brought = [];
    for (const [id, value] of late.get(xhr) || []) {
      const field = document.getElementById(id);
      if (!field || valueOf(field) === value) continue;
      if (typeof value === "boolean") field.checked = value;
      else field.value = value;
      brought.push(field);
    }
    late.set(xhr, brought);
    return brought.length > 0;
  }

  /* Once htmx listens to the new fields: what follows from them is asked for anew. */
  function announce(xhr) {
    for (const field of late.get(xhr) || []) field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  return { note, gather, bring, announce };
}
