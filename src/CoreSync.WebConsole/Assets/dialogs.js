// A link marked so opens its page as a dialog over this one; where that fails, the page itself opens.
const absolute = (node, base) => {
  for (const name of ["href", "action", "formaction", "src"]) {
    for (const element of node.querySelectorAll(`[${name}]`)) element.setAttribute(name, new URL(element.getAttribute(name), base).href);
  }
};

export const dialogs = (enhance) => {
  const dialog = document.getElementById("dialog");
  const body = document.getElementById("dialog-body");
  let invoker = null;

  const open = async (link) => {
    const answer = await fetch(link.href, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const content = page.querySelector("[data-dialog-body]");
    if (!answer.ok || !content) throw new Error("not a dialog");
    absolute(content, answer.url);
    body.replaceChildren(document.importNode(content, true));
    enhance(body);
    dialog.showModal();
    (body.querySelector("[autofocus]") ?? body.querySelector("h1")).focus();
    dialog.scrollTop = 0;
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-dialog]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const menu = link.closest("[popover]");
    invoker = menu ? document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`) : link;
    menu?.hidePopover();
    open(link).catch(() => { location.href = link.href; });
  });

  dialog.addEventListener("click", (event) => {
    if (!event.target.closest("[data-close]")) return;
    event.preventDefault();
    dialog.close();
  });

  dialog.addEventListener("close", () => {
    body.replaceChildren();
    (invoker?.isConnected ? invoker : document.getElementById(invoker?.id ?? ""))?.focus();
  });
};
