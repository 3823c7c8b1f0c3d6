/*
 * What the storefront does better with a script; without one, every form works by itself.
 *
 * The cart and the checkout send their form in the background, and the answer takes the place of what is shown; where a
 * button leads to another page, it goes there. So what was refused is no page that going back would ask to send again.
 * The total follows the delivery method that is chosen.
 */

import { awaitPayment } from "./waiting.js";

const root = document.getElementById("orderkit-shop");

/* The sums beside the method that is chosen. */
function showSums() {
  const chosen = root.querySelector("[data-ok-total]:checked");
  if (!chosen) return;
  for (const place of root.querySelectorAll("[data-ok-shows]")) {
    place.textContent = place.dataset.okShows === "cost" ? chosen.dataset.okCost : chosen.dataset.okTotal;
  }
  for (const place of root.querySelectorAll("[data-ok-sums]")) place.hidden = place.dataset.okSums !== chosen.value;
}

/* What has the focus is found again in the answer by its id, or by what its button says it does. */
function placeOf(element) {
  if (!element || !root.contains(element)) return "";
  if (element.id) return `#${CSS.escape(element.id)}`;
  return element.value ? `[name="do"][value="${CSS.escape(element.value)}"]` : "";
}

let isReplacing = false;

function replace(text, sent) {
  const answer = new DOMParser().parseFromString(text, "text/html").getElementById("orderkit-shop");
  if (!answer) return false;
  const place = placeOf(document.activeElement);
  const typing = typedAt(document.activeElement, sent);
  isReplacing = true;
  root.replaceChildren(...answer.childNodes);
  isReplacing = false;
  root.dataset.okScreen = answer.dataset.okScreen;
  const again = [root.querySelector("[autofocus]"), place && root.querySelector(place), root.querySelector("#ok-title")];
  if (!typing || !goOn(typing)) again.find(Boolean)?.focus();
  showSums();
  document.dispatchEvent(new CustomEvent("orderkit:changed"));
  return true;
}

/* A quantity that is being typed while the answer is awaited: it is another than was sent. */
function typedAt(field, sent) {
  if (!field?.matches("[data-ok-sends]") || field.value === sent.get(field.name)) return null;
  return { id: field.id, value: field.value };
}

/* It goes on in the answer, and counts when it is left: the browser notes no change of what a script wrote. */
function goOn({ id, value }) {
  const field = document.getElementById(id);
  if (!field) return false;
  field.value = value;
  field.focus();
  const leave = () => countAnew(field);
  field.addEventListener("blur", leave, { once: true });
  field.addEventListener("change", () => field.removeEventListener("blur", leave), { once: true });
  return true;
}

const countAnew = (field) => send(field.form, field.form.querySelector(".ok-default"));

/* What was typed before the script was at work; what is being typed is sent when it is left. */
function catchUp() {
  const isTyped = (field) => field.value !== field.defaultValue && field !== document.activeElement;
  const typed = [...root.querySelectorAll("[data-ok-sends]")].find(isTyped);
  if (typed) countAnew(typed);
}

let latest = { asked: Promise.resolve() };

/* One after another: what was pressed is not given up for what is pressed next. A count is, the next counts all of it. */
function send(form, button) {
  const sent = new URLSearchParams(new FormData(form));
  if (button?.name) sent.set(button.name, button.value);
  const { asked, giveUp } = latest;
  giveUp?.abort();
  const own = new AbortController();
  latest = {
    asked: asked.then(() => ask(form, sent, own.signal, Boolean(button?.hasAttribute("data-ok-leaves")))),
    giveUp: sent.get("do") === "save" ? own : undefined,
  };
}

async function ask(form, body, signal, leaves) {
  form.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", body, signal });
    if (leaves && answer.redirected) return location.assign(answer.url);
    const isShown = replace(await answer.text(), body);
    if (!isShown && leaves) sayFailed(); /* by its address it is opened empty */
    else if (!isShown) location.assign(answer.url);
  } catch (error) {
    if (error.name !== "AbortError") sayFailed();
  }
  form.removeAttribute("aria-busy");
  delete form.dataset.okSent;
}

function sayFailed() {
  root.querySelector("#ok-said").textContent = root.dataset.okFailed;
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
  if (!form.matches("[data-ok-in-place]")) return leave(form, event);
  event.preventDefault();
  if (form.dataset.okSent) return;
  if (button?.hasAttribute("data-ok-leaves")) form.dataset.okSent = "yes";
  send(form, button);
});
root?.addEventListener("change", (event) => {
  showSums();
  if (isReplacing) return; /* Chromium takes it for left */
  if (event.target.matches("[data-ok-sends]")) countAnew(event.target);
});
if (root) {
  root.classList.add("ok-scripted");
  showSums();
  catchUp();
  awaitPayment(root, (text) => replace(text, new URLSearchParams()));
}
window.addEventListener("pageshow", () => root?.querySelectorAll("form").forEach((form) => {
  delete form.dataset.okSent;
  form.removeAttribute("aria-busy");
}));
