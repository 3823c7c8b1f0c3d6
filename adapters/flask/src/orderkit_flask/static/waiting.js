/*
 * A payment that is on its way: the page asks for itself anew until nothing is awaited any more, quickly at first, and
 * for some minutes at most. Asking changes nothing and needs no cookie. What is being typed is not taken away.
 */

const SOON = 1500; /* ms between two times */
const LATER = 6000;
const SOON_ONES = 20;
const MOST = 45; /* times: three minutes in all */

export function awaitPayment(root, show) {
  let asked = 0;
  const strip = () => root.querySelector("[data-ok-waits]");
  const isWritten = (field) => field.value !== field.defaultValue;
  const isTyping = () => [...root.querySelectorAll("textarea, input:not([type=hidden])")].some(isWritten);
  const rest = () => window.setTimeout(look, asked < SOON_ONES ? SOON : LATER);

  async function look() {
    if (!strip()) return;
    if (document.hidden || isTyping()) return rest();
    if (asked >= MOST) return tellLate();
    asked += 1;
    const answer = await fetch(location.pathname).catch(() => null); /* away from the network, perhaps for a moment */
    if (!answer?.ok) return rest();
    if (answer.redirected) return location.replace(answer.url);
    const text = await answer.text();
    const isStillAwaited = new DOMParser().parseFromString(text, "text/html").querySelector("[data-ok-waits]");
    if (isStillAwaited || isTyping()) rest();
    else show(text);
  }

  function tellLate() {
    const late = strip().querySelector("[data-ok-late]");
    if (late) late.hidden = false;
  }

  if (strip()) rest();
}
