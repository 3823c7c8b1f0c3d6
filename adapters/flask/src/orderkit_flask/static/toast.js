/* News at the foot of the page. */

export function makeToast(root) {
  const toast = document.getElementById("ok-toast");
  let timer;

  function tell(words) {
    toast.textContent = words || root.dataset.failed;
    toast.classList.add("ok-told");
    window.clearTimeout(timer);
    timer = window.setTimeout(() => toast.classList.remove("ok-told"), 8000);
  }

  function tellPage(text) {
    const page = new DOMParser().parseFromString(text, "text/html");
    tell(page.querySelector(".ok-message p")?.textContent);
  }

  return { tell, tellPage };
}
