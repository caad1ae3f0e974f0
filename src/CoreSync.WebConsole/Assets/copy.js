export const copy = (root) => {
  if (!navigator.clipboard) return;
  for (const button of root.querySelectorAll("button[data-copy]")) {
    if (!button.hidden) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const label = button.querySelector("span");
      const before = label.textContent;
      await navigator.clipboard.writeText(button.dataset.copy);
      label.textContent = button.dataset.copied;
      document.getElementById("announce").textContent = button.dataset.copied;
      setTimeout(() => { label.textContent = before; }, 2000);
    });
  }
};
