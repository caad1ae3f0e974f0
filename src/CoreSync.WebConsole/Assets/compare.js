// Compares what was pasted with what is shown. The server compares again: this only tells the person at once.
const digits = (text) => text.replace(/^\s*sha-?256:/i, "").replace(/[\s:-]/g, "");

const fromBase64 = (text) => {
  try {
    const bytes = atob(text.trim().replace(/=+$/, ""));
    return bytes.length === 32 ? Array.from(bytes, (c) => c.charCodeAt(0).toString(16).padStart(2, "0")).join("") : null;
  } catch {
    return null;
  }
};

const judge = (text, shown) => {
  const pasted = text.trim();
  if (!pasted) return "";
  const prefixed = /^sha-?256:(.*)$/is.exec(pasted);
  const hex = (prefixed && fromBase64(prefixed[1])) || digits(pasted);
  if (/^sha-?1:/i.test(pasted) || (/^[0-9a-f]+$/i.test(hex) && hex.length === 40)) return "sha1";
  if (!/^[0-9a-f]*$/i.test(hex)) return "bad";
  if (hex.length < 64) return "short";
  if (hex.length > 64) return "bad";
  return hex.toLowerCase() === digits(shown).toLowerCase() ? "matches" : "differs";
};

export const compare = (root) => {
  for (const form of root.querySelectorAll("form[data-compare]")) {
    const pasted = form.elements.pasted;
    const yes = form.querySelector("[data-yes]");
    if (!pasted || !yes) continue;
    const other = form.elements.other;
    const reason = form.elements.reason;
    const verdict = form.querySelector("[data-verdict]");
    const update = () => {
      const result = judge(pasted.value, form.dataset.compare);
      const text = result ? form.dataset[result] : "";
      if (verdict.textContent !== text) verdict.textContent = text;
      verdict.className = "verdict " + (result === "matches" ? "ok" : result ? "no" : "");
      yes.disabled = !(result === "matches" || (!result && other?.checked && reason?.value.trim()));
    };
    form.addEventListener("input", update);
    form.addEventListener("change", update);
    // The first button of the form says no: a line break after pasting must not answer for the person.
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target.matches("textarea, input:not([type=checkbox])")) event.preventDefault();
    });
    update();
  }
};
