/*
 * For the pages of the host: tells which of them are looked at, as far as the host lets it, and puts goods into the
 * cart without leaving the page.
 *
 * <script type="module" src="…/static/visits.js" data-ok-shop="/shop/"></script>
 *
 * data-ok-tracking="off" on the script keeps it from telling anything. A link or a form with data-ok-add that leads to
 * …/add?sku=… is answered in place; [data-ok-said] shows what came of it, and [data-ok-pieces] how many pieces there are.
 */

const script = document.querySelector("script[data-ok-shop]");
const shop = new URL(script?.dataset.okShop || "/shop/", location.href);
const at = (path) => new URL(path, shop).href;
const QUEUE = "orderkit.visits";
const MOST = 50;
const RESTING = 700; /* ms: the answer to what was told sets a cookie, which the next act shall find */
let told = 0;

/* Visits. What could not be told is kept, and told with the next. */

function waiting() {
  try {
    return JSON.parse(sessionStorage.getItem(QUEUE) || "[]");
  } catch {
    return [];
  }
}

function keep(visits) {
  try {
    sessionStorage.setItem(QUEUE, JSON.stringify(visits.slice(-MOST)));
  } catch {
    /* a browser that keeps nothing tells the next visit only */
  }
}

function tell() {
  if (!script || script.dataset.okTracking === "off") return;
  const visits = [...waiting(), { page: location.pathname, title: document.title.slice(0, 200), at: Date.now() }].slice(-MOST);
  const body = JSON.stringify({
    visits: visits.map(({ page, title, at: when }) => ({
      page, title, seconds_ago: Math.min(86400, Math.max(0, Math.round((Date.now() - when) / 1000))),
    })),
  });
  const isTaken = navigator.sendBeacon?.(at("api/visits"), new Blob([body], { type: "application/json" }));
  keep(isTaken ? [] : visits);
  told = Date.now();
}

/* The cart. */

function say(beside, words, address) {
  let place = document.querySelector("[data-ok-said]");
  if (!place) {
    place = document.createElement("p");
    place.dataset.okSaid = "";
    place.setAttribute("role", "status");
    beside.after(place);
  }
  place.textContent = words;
  if (!address) return;
  const link = document.createElement("a");
  [link.href, link.textContent] = address;
  place.append(" ", link);
}

function show(cart) {
  for (const place of document.querySelectorAll("[data-ok-pieces]")) place.textContent = cart.pieces || "";
}

/* What a link or a form asks for: its address with what is typed into it. */
function wanted(control, button) {
  const address = new URL(control.href || control.action, location.href);
  const fields = new URLSearchParams(control.tagName === "FORM" ? new FormData(control, button) : address.search);
  const goods = { sku: fields.get("sku") || "", quantity: Number(fields.get("quantity") || 1), page: fields.get("page") || "" };
  goods.key = Array.from(crypto.getRandomValues(new Uint32Array(4)), (one) => one.toString(36)).join("-");
  goods.options = Object.fromEntries([...fields].filter(([name]) => name.startsWith("options.")).map(([name, one]) => [name.slice(8), one]));
  address.search = fields;
  return { goods, address: address.href };
}

/* Once more where no answer came: the key of the press keeps the goods from being put in twice. */
async function put(goods) {
  const asked = () => fetch(at("api/cart/lines"), {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(goods),
  });
  return asked().catch(asked);
}

async function add(control, button) {
  if (control.getAttribute("aria-busy")) return;
  const { goods, address } = wanted(control, button);
  control.setAttribute("aria-busy", "true");
  try {
    await new Promise((resume) => setTimeout(resume, Math.max(0, told + RESTING - Date.now())));
    const answer = await put(goods);
    const cart = await answer.json();
    if (answer.ok) {
      show(cart);
      say(control, cart.said, [cart.address, cart.in_cart]);
      document.dispatchEvent(new CustomEvent("orderkit:added", { detail: cart }));
    } else if (cart.field?.startsWith("options")) location.assign(address);
    else say(control, cart.message);
  } catch {
    location.assign(address); /* the plain page says what is the matter */
  } finally {
    control.removeAttribute("aria-busy");
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-ok-add]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  add(link);
});
document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-ok-add]") || event.defaultPrevented) return;
  event.preventDefault();
  add(event.target, event.submitter);
});

/* A page that is shown again, or changed without being loaded, is looked at again. */
let shown = location.pathname;
function showAnother() {
  if (location.pathname === shown) return;
  shown = location.pathname;
  tell();
}

if (document.prerendering) document.addEventListener("prerenderingchange", tell, { once: true });
else tell();
window.addEventListener("pageshow", ({ persisted }) => persisted && tell());
window.navigation?.addEventListener?.("navigatesuccess", showAnother);

/* How much is in the cart is asked for where a page shows it, and again where another page may have changed it. */
function count() {
  if (!document.querySelector("[data-ok-pieces]")) return;
  fetch(at("api/cart")).then((answer) => (answer.ok ? answer.json().then(show) : null)).catch(() => null);
}

count();
window.addEventListener("pageshow", ({ persisted }) => persisted && count());
document.addEventListener("orderkit:changed", count);
