// Tick all on the page, and say how many are ticked.
export const selection = () => {
  const bar = document.querySelector("[data-bulk]");
  if (!bar) return;
  const count = bar.querySelector("[data-count]");
  const empty = count.textContent;
  const boxes = () => [...document.querySelectorAll("tbody .tick input")];
  const all = () => document.querySelector("[data-all]");
  const update = () => {
    const ticked = boxes().filter((box) => box.checked);
    for (const box of boxes()) box.closest("tr").classList.toggle("chosen", box.checked);
    count.textContent = ticked.length ? count.dataset.text.replace("{0}", ticked.length) : empty;
    for (const button of bar.querySelectorAll("button")) button.disabled = ticked.length === 0;
    const master = all();
    if (!master) return;
    master.hidden = false;
    master.checked = ticked.length > 0 && ticked.length === boxes().length;
    master.indeterminate = ticked.length > 0 && ticked.length < boxes().length;
  };
  document.addEventListener("change", (event) => {
    if (event.target === all()) for (const box of boxes()) box.checked = event.target.checked;
    if (event.target.closest?.(".tick")) update();
  });
  document.addEventListener("refreshed", update);
  update();
};
