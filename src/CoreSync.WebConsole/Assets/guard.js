// A form that was changed and not sent asks before it is left. The browser asks in its own words.
export const guard = (root) => {
  for (const form of root.querySelectorAll("form[data-guard]")) {
    let dirty = false;
    form.addEventListener("input", () => { dirty = true; });
    form.addEventListener("submit", () => { dirty = false; });
    addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
  }
};
