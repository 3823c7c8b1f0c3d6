/* Small menus beside what was pressed, such as the statuses of a row. */

import { fetchInto, showBusy } from "./asking.js";
import { isPlainClick } from "./keys.js";
import { listen } from "./life.js";

export function makeMenu(root, windows, list) {
  const menu = document.getElementById("ok-menu");
  let link = null;
  let isLate = false; /* whether the row is older than its menu */
  let isAnswered = false; /* whether the row that was pressed has taken the answer */

  const isOpen = () => menu.matches(":popover-open");
  const controls = () => [...menu.querySelectorAll("button, a")].filter((one) => one.offsetParent);

  function close() {
    if (isOpen()) menu.hidePopover();
  }

  async function open(pressed) {
    close();
    menu.replaceChildren();
    link = pressed;
    isAnswered = false;
    const rest = showBusy(pressed);
    await fetchInto(menu, menu, pressed.href, "#ok-choices");
    rest();
    if (!menu.firstElementChild || link !== pressed) return;
    showFresh(pressed);
    menu.setAttribute("aria-label", pressed.getAttribute("aria-label"));
    menu.showPopover();
    pressed.setAttribute("aria-expanded", "true");
    place(pressed.getBoundingClientRect());
    controls().find((one) => !one.hasAttribute("aria-disabled"))?.focus();
  }

  /* The stages are those of this moment: the row says the same, and the rest of the list follows. */
  function showFresh(pressed) {
    const [fresh, shown] = [menu.querySelector("[aria-current] .ok-pill"), pressed.querySelector(".ok-pill")];
    isLate = Boolean(fresh) && fresh.textContent !== shown.textContent;
    if (isLate) shown.replaceWith(fresh.cloneNode(true));
  }

  async function catchUp() {
    isLate = false;
    await list.refresh();
    comeBack();
  }

  /* To the row; whoever went on to something else meanwhile stays there. */
  function comeBack() {
    if (document.activeElement === document.body) list.focus(link.id);
  }

  function place(beside) {
    const lowest = window.innerHeight - menu.offsetHeight - 8;
    const furthest = window.innerWidth - menu.offsetWidth - 8;
    menu.style.top = `${Math.max(8, Math.min(beside.bottom + 4, lowest))}px`;
    menu.style.left = `${Math.max(8, Math.min(beside.left, furthest))}px`;
  }

  /* Here a step changes its row; what asks for more opens in a window. */
  function adapt({ target: node }) {
    if (!menu.contains(node) || !link) return;
    if (node.matches("a[hx-boost]")) {
      node.setAttribute("hx-boost", "false"); /* else it would be the form's */
      node.dataset.okWindow = "";
      node.dataset.okOpener = link.id; /* the focus comes back to the row */
    } else if (node.matches("form[hx-boost]")) {
      const row = `#${link.closest(".ok-row").id}`;
      node.setAttribute("hx-target", row);
      node.setAttribute("hx-select", row);
      const back = document.createElement("input");
      Object.assign(back, { type: "hidden", name: "back", value: "list" });
      node.append(back);
    }
  }

  /* Whether the answer goes into the row; a refusal is shown in full. */
  function isRowChanged(detail) {
    if (detail.xhr.status < 400) return (isAnswered = true);
    const { id, href } = link;
    detail.isError = false;
    windows.noteChange(); /* somebody else was faster */
    close();
    windows.openWith(detail.xhr.responseText, href, id);
    return false;
  }

  async function finish() {
    isLate = false;
    close();
    menu.replaceChildren();
    /* It fits the filters no more, or a search has brought it anew meanwhile, as it was. */
    if (!isAnswered || !document.getElementById(link.id)) await list.refresh();
    comeBack();
  }

  function walk(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const all = controls();
    const at = all.indexOf(document.activeElement);
    if (event.key === "Home") all[0]?.focus();
    else if (event.key === "End") all.at(-1)?.focus();
    else if (step) all.at((at + step) % all.length)?.focus();
    else return;
    event.preventDefault();
  }

  listen(root, "click", (event) => {
    const pressed = event.target.closest("a[data-ok-menu]");
    if (!pressed || !isPlainClick(event)) return;
    event.preventDefault();
    open(pressed);
  });
  listen(menu, "keydown", walk);
  listen(menu, "toggle", (event) => {
    if (event.newState !== "closed" || !link) return;
    link.removeAttribute("aria-expanded");
    if (isLate && !windows.isOpen()) return catchUp();
    const focused = document.activeElement;
    if (!windows.isOpen() && (focused === document.body || menu.contains(focused))) list.focus(link.id);
  });
  listen(document.body, "htmx:beforeProcessNode", adapt);
  return { close, isRowChanged, finish, contains: (node) => menu.contains(node) };
}
