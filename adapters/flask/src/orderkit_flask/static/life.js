/* What is listened to, and for how long. */

let life = new AbortController(); /* ends when another page of a host takes the place of ours */

export function beginAnew() {
  life.abort();
  life = new AbortController();
}

export const listen = (where, what, action) => where.addEventListener(what, action, { signal: life.signal });
