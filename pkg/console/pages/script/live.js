// Pages that show what changes are fetched again when the server says that something has, unless a person is about to use them.
{
  const area = () => document.querySelector("[data-live]");
  let stale = false; // the page may not be as the server has it
  let news = false; // the server has said so
  let busy = false;

  // inUse says that what a person has begun on the page would be lost.
  function inUse() {
    if (document.hidden || area().querySelector("input[type=checkbox]:checked")) return true;
    const at = document.activeElement;
    if (at && area().contains(at) && at.matches("input, select, textarea, button")) return true;
    const chosen = document.getSelection();
    return chosen !== null && !chosen.isCollapsed && area().contains(chosen.anchorNode);
  }

  // keep returns what puts focus, opened parts and typed text back as they were.
  function keep(old) {
    const open = [...old.querySelectorAll("details[open][id]")].map((d) => d.id);
    const at = document.activeElement;
    const href = at && old.contains(at) ? at.getAttribute("href") : null;
    const typed = [...old.querySelectorAll("input:not([type=hidden]):not([type=checkbox])[name], select[name]")].map((f) => [f.form && f.form.getAttribute("action"), f.name, f.value]);
    return (fresh) => {
      for (const id of open) document.getElementById(id)?.setAttribute("open", "");
      for (const field of fresh.querySelectorAll("input:not([type=hidden]):not([type=checkbox])[name], select[name]")) {
        const was = typed.find(([form, name]) => name === field.name && field.form && form === field.form.getAttribute("action"));
        if (was) field.value = was[2];
      }
      if (href) [...fresh.querySelectorAll("a[href]")].find((a) => a.getAttribute("href") === href)?.focus({ preventScroll: true });
    };
  }

  async function refresh() {
    if (!stale || busy || inUse()) return;
    const announced = news;
    stale = news = false;
    busy = true;
    try {
      const answer = await fetch(location.pathname + location.search, { headers: { Accept: "text/html" } });
      if (!answer.ok || inUse()) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-live]");
      if (!fresh || inUse()) return;
      const old = area();
      if (old.innerHTML === fresh.innerHTML) return;
      const restore = keep(old);
      old.replaceWith(fresh);
      restore(fresh);
      document.dispatchEvent(new Event("refreshed"));
      if (!announced) return; // only times have gone on
      status.textContent = "";
      setTimeout(() => { status.textContent = "The page was updated."; }, 100);
    } finally {
      busy = false;
      setTimeout(refresh, 1000);
    }
  }

  let source = null;
  const status = document.createElement("p");

  // listen holds a connection only while the page is looked at: a browser has few of them.
  function listen() {
    if (document.hidden) {
      source?.close();
      source = null;
      return;
    }
    if (source) return;
    source = new EventSource("/live");
    source.addEventListener("open", () => {
      stale = true; // what has changed since the page was made is not told
      refresh();
    });
    source.addEventListener("changed", () => {
      stale = news = true;
      refresh();
    });
  }

  if (area() && "EventSource" in window) {
    status.className = "unseen";
    status.setAttribute("role", "status");
    document.querySelector("main").append(status);
    document.addEventListener("visibilitychange", () => {
      stale = stale || !document.hidden; // it may have changed meanwhile
      listen();
      refresh();
    });
    for (const what of ["focusout", "change", "selectionchange"]) document.addEventListener(what, () => setTimeout(refresh, 50));
    setInterval(() => {
      stale = true; // the times are relative
      refresh();
    }, 60_000);
    window.addEventListener("pagehide", () => source?.close());
    listen();
  }
}
