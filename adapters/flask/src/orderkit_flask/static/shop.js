/*
 * What the storefront does better with a script; without one, every form works by itself.
 *
 * A changed quantity and a button that keeps the page send their form in the background, and the answer takes the place
 * of what is shown. The total follows the delivery method that is chosen.
 */

const root = document.getElementById("orderkit-shop");

/* The sums beside the method that is chosen. */
function showSums() {
  const chosen = root.querySelector("[data-ok-total]:checked");
  if (!chosen) return;
  for (const place of root.querySelectorAll("[data-ok-shows]")) {
    place.textContent = place.dataset.okShows === "cost" ? chosen.dataset.okCost : chosen.dataset.okTotal;
  }
}

/* What has the focus is found again in the answer by its id, or by what its button says it does. */
function placeOf(element) {
  if (!element || !root.contains(element)) return "";
  if (element.id) return `#${CSS.escape(element.id)}`;
  return element.value ? `[name="do"][value="${CSS.escape(element.value)}"]` : "";
}

function replace(text) {
  const answer = new DOMParser().parseFromString(text, "text/html").getElementById("orderkit-shop");
  if (!answer) return false;
  const place = placeOf(document.activeElement);
  root.replaceChildren(...answer.childNodes);
  root.dataset.okScreen = answer.dataset.okScreen;
  const again = [root.querySelector("[autofocus]"), place && root.querySelector(place), root.querySelector("#ok-title")];
  again.find(Boolean)?.focus();
  showSums();
  document.dispatchEvent(new CustomEvent("orderkit:changed"));
  return true;
}

let current = null;

async function send(form, button) {
  current?.abort();
  current = new AbortController();
  const body = new URLSearchParams(new FormData(form));
  if (button?.name) body.set(button.name, button.value);
  form.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", body, signal: current.signal });
    if (!replace(await answer.text())) location.assign(answer.url);
  } catch (error) {
    if (error.name !== "AbortError") root.querySelector("#ok-said").textContent = root.dataset.okFailed;
  } finally {
    form.removeAttribute("aria-busy");
  }
}

/* A form that goes on to another page goes there once. */
function leave(form, event) {
  if (form.dataset.okSent) return event.preventDefault();
  form.dataset.okSent = "yes";
  window.setTimeout(() => delete form.dataset.okSent, 5000);
}

root?.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  if (!form.matches("[data-ok-in-place]") || button?.hasAttribute("data-ok-leaves")) return leave(form, event);
  event.preventDefault();
  send(form, button);
});
root?.addEventListener("change", (event) => {
  showSums();
  if (event.target.matches("[data-ok-sends]")) send(event.target.form, event.target.form.querySelector(".ok-default"));
});
if (root) {
  root.classList.add("ok-scripted");
  showSums();
}
window.addEventListener("pageshow", () => root?.querySelectorAll("form").forEach((form) => delete form.dataset.okSent));
