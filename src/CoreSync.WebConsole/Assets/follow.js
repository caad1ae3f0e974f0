// Follows a region that grows, by asking for the page again; paused, the region stays as it is, and live pages leave it alone too.
const pace = 2000;

export const follow = (refresh) => {
  const button = document.querySelector("[data-follow]");
  const region = button && document.getElementById(button.dataset.follow);
  if (!refresh || !region || !region.hasAttribute("data-refresh")) return;
  const label = button.querySelector("span");
  const announce = document.getElementById("announce");
  let timer = 0;

  const ask = async () => {
    if (!document.hidden) await refresh();
    if (region.hasAttribute("data-refresh")) timer = setTimeout(ask, pace);
  };

  const set = (on) => {
    clearTimeout(timer);
    region.toggleAttribute("data-refresh", on);
    button.setAttribute("aria-pressed", String(!on));
    label.textContent = on ? button.dataset.pauseText : button.dataset.followText;
    if (on) timer = setTimeout(ask, pace); else if (button.dataset.pausedText) announce.textContent = button.dataset.pausedText;
  };

  button.hidden = false;
  button.addEventListener("click", () => set(!region.hasAttribute("data-refresh")));
  set(true);
};
