// Keeps what is marked on a page as it is on the server: told by events, else asked every few seconds. Only regions are replaced, and never one in which somebody works.
const slow = 5000;

export const live = (enhance) => {
  const address = document.body.dataset.live;
  const once = document.querySelector("[data-refresh-once]");
  if (!address) return;
  const announce = document.getElementById("announce");
  const pill = document.querySelector("[data-pill]");
  let source = null;
  let timer = 0;
  let asking = false;
  let again = false;

  const show = (state) => {
    if (!pill) return;
    pill.hidden = false;
    pill.className = "pill " + state;
    pill.firstElementChild.textContent = document.body.dataset[state === "lost" ? "lostText" : state === "polling" ? "pollText" : "liveText"];
  };

  const isBusy = (region) =>
    region.querySelector(":popover-open") || document.getElementById("dialog").open || (region.contains(document.activeElement) && document.activeElement.matches("input:not([type=checkbox]), textarea, select"));

  const replace = (region, fresh) => {
    if (isBusy(region) || region.innerHTML === fresh.innerHTML) return;
    const ticked = new Set([...region.querySelectorAll("input[type=checkbox]:checked")].map((box) => box.name + "=" + box.value));
    const focused = region.contains(document.activeElement) ? document.activeElement : null;
    const row = focused?.closest("[data-row]")?.dataset.row;
    const mark = focused && (focused.id ? `#${CSS.escape(focused.id)}` : focused.getAttribute("popovertarget") ? `[popovertarget="${CSS.escape(focused.getAttribute("popovertarget"))}"]` : focused.getAttribute("href") ? `[href="${CSS.escape(focused.getAttribute("href"))}"]` : null);
    region.replaceChildren(...[...fresh.childNodes].map((node) => document.importNode(node, true)));
    for (const box of region.querySelectorAll("input[type=checkbox]")) if (ticked.has(box.name + "=" + box.value)) box.checked = true;
    if (mark) (row ? region.querySelector(`[data-row="${CSS.escape(row)}"] ${mark}`) : null ?? region.querySelector(mark))?.focus();
    const said = fresh.dataset.announce;
    if (said && said !== region.dataset.announce) announce.textContent = said;
    if (said) region.dataset.announce = said;
    enhance(region);
    region.dispatchEvent(new Event("refreshed", { bubbles: true }));
  };

  const refresh = async (url = location.href, selector = "[data-refresh]") => {
    if (asking) { again = true; return true; }
    asking = true;
    try {
      const answer = await fetch(url, { credentials: "same-origin", headers: { "X-CoreSync-Refresh": "1" } });
      if (answer.status === 401 || new URL(answer.url).pathname.endsWith("/sign-in")) { location.reload(); return false; }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const region of document.querySelectorAll(selector)) {
        const fresh = page.getElementById(region.id);
        if (fresh) replace(region, fresh);
      }
      return true;
    } catch {
      return false;
    } finally {
      asking = false;
      if (again) { again = false; setTimeout(() => refresh(), 400); }
    }
  };

  const poll = () => {
    clearTimeout(timer);
    timer = setTimeout(async () => { show(await refresh() ? "polling" : "lost"); if (!source) poll(); }, slow);
  };

  const connect = () => {
    if (source || document.hidden) return;
    source = new EventSource(address);
    source.addEventListener("open", () => { clearTimeout(timer); show("live"); });
    source.addEventListener("change", () => refresh());
    source.addEventListener("error", () => {
      if (source.readyState === EventSource.CLOSED) { source = null; poll(); } else show("lost");
    });
  };

  // One connection for each page that is looked at: a browser has few of them.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { source?.close(); source = null; clearTimeout(timer); } else connect();
  });
  addEventListener("pagehide", () => source?.close());
  if (once?.dataset.refreshOnce) {
    once.querySelector("[data-busy]").hidden = false;
    once.querySelector("[data-busy-hides]").hidden = true;
    refresh(new URL(once.dataset.refreshOnce, location.href).href, "#" + once.id).then(() => {
      history.replaceState(null, "", once.dataset.refreshOnce);
      connect();
    });
  } else connect();
};
