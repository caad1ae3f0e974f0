// Single letters act only where somebody switched them on; slash and question mark only outside of fields.
const store = "coresync-keys";
const places = { o: "", s: "targets", a: "jobs", l: "log", c: "components", d: "drift" };

export const keys = () => {
  const isOn = () => localStorage.getItem(store) === "on";
  for (const box of document.querySelectorAll("[data-keys]")) {
    box.checked = isOn();
    box.addEventListener("change", () => localStorage.setItem(store, box.checked ? "on" : "off"));
  }
  const root = document.querySelector(".brand")?.href;
  let going = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog, [popover]")) return;
    if (event.key === "/") {
      const search = document.querySelector("[data-search]");
      if (!search) return;
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === "?") {
      location.href = root + "help";
    } else if (isOn() && event.key === "g") {
      going = event.timeStamp;
    } else if (isOn() && going && event.timeStamp - going < 1500 && event.key in places) {
      location.href = root + places[event.key];
    }
  });
};
