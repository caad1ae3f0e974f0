// Menus of rows: placed beside their button, arrow keys, the right mouse button and Shift+F10 on the row.
const items = (menu) => [...menu.querySelectorAll("[role=menuitem]")];

const place = (menu, x, y) => {
  const box = menu.getBoundingClientRect();
  menu.style.left = Math.max(4, Math.min(x, innerWidth - box.width - 4)) + "px";
  menu.style.top = Math.max(4, y + box.height > innerHeight - 4 ? Math.min(y, innerHeight) - box.height - 4 : y) + "px";
  menu.style.positionArea = "none";
};

export const menus = () => {
  const buttonOf = (menu) => document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`);
  let point = null;

  document.addEventListener("toggle", (event) => {
    const menu = event.target;
    if (!menu.matches?.("[role=menu][popover]")) return;
    const button = buttonOf(menu);
    button?.setAttribute("aria-expanded", String(event.newState === "open"));
    if (event.newState === "open") {
      const box = button.getBoundingClientRect();
      if (point) place(menu, point.x, point.y); else place(menu, box.right - menu.getBoundingClientRect().width, box.bottom + 4);
      point = null;
      items(menu)[0]?.focus();
    } else if (document.activeElement === document.body || menu.contains(document.activeElement)) {
      button?.focus();
    }
  }, true);

  document.addEventListener("contextmenu", (event) => {
    const row = event.target.closest?.("[data-row]");
    const menu = row?.querySelector("[role=menu][popover]");
    if (!menu || event.target.closest("[popover]") || (getSelection()?.toString() && event.button === 2)) return;
    event.preventDefault();
    const box = row.getBoundingClientRect();
    point = event.button === 2 ? { x: event.clientX, y: event.clientY } : { x: box.left + 40, y: box.top + 30 };
    menu.showPopover();
  });

  document.addEventListener("keydown", (event) => {
    const menu = event.target.closest?.("[role=menu][popover]");
    if (!menu) {
      const row = event.target.closest?.("[data-row]");
      const isMenuKey = event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey);
      const onButton = event.target.matches?.("[popovertarget]") && event.key === "ArrowDown";
      const own = onButton ? document.getElementById(event.target.getAttribute("popovertarget")) : isMenuKey ? row?.querySelector("[role=menu][popover]") : null;
      if (!own) return;
      event.preventDefault();
      own.showPopover();
      return;
    }
    const list = items(menu);
    const at = list.indexOf(document.activeElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: list.length - 1 }[event.key];
    if (next !== undefined) {
      event.preventDefault();
      list[(next + list.length) % list.length].focus();
    } else if (event.key === "Tab") {
      menu.hidePopover();
    } else if (event.key.length === 1 && /\p{L}/u.test(event.key)) {
      list.slice(at + 1).concat(list.slice(0, at + 1)).find((item) => item.textContent.trim().toLowerCase().startsWith(event.key.toLowerCase()))?.focus();
    }
  });
};
