/*
 * A payment of which its provider may say more: the order's window looks by itself whether it has, for two minutes. What
 * is being typed or sent is not disturbed.
 */

import { AT_ONCE } from "./asking.js";

const PAUSE = 3000; /* ms between two looks */
const MOST = 40; /* looks at one version of an order */

export function followPayments(root, guard) {
  let followed = "";
  let looks = 0;
  const timer = window.setInterval(look, PAUSE);
  const place = () => root.querySelector("[data-ok-follows]");
  const isBusy = () => document.hidden || guard.hasUnsaved() || root.querySelector(".ok-window form.htmx-request")
    || document.activeElement?.matches("input, select, textarea");

  async function look() {
    if (!root.isConnected) return window.clearInterval(timer);
    const before = place();
    if (!before || isBusy()) return;
    const { okFollows: address, okVersion: version } = before.dataset;
    if (followed !== address + version) [followed, looks] = [address + version, 0];
    if (looks >= MOST) return;
    looks += 1;
    const answer = await fetch(address).catch(() => null); /* away from the network, perhaps for a moment */
    if (!answer?.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.querySelector(".ok-window [data-ok-version]")?.dataset.okVersion;
    if (!now || now === version || place() !== before || isBusy()) return;
    const target = before.closest(".ok-window");
    const swap = AT_ONCE.replace("innerHTML", "outerHTML");
    htmx.ajax("GET", address, { source: target, target, swap, select: ".ok-window" }).catch(() => undefined);
  }
}
