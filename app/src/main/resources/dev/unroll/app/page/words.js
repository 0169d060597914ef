"use strict";
/* Panels that are drawn by the browser itself: tables and texts. */

/* Whether all cells of a column that say anything are numbers. */
function isNumbers(cells) {
  const full = cells.filter(cell => cell !== "" && cell !== "–");
  return full.length > 0 && full.every(cell => /^[+−-]?[\d,.]+( ?%| ?[a-zµ]{1,3})?$/.test(cell));
}

kinds.table = (panel, frame) => {
  const numbers = (panel.rows[0] ?? []).map((_, i) =>
    panel.columns.length > 0 && isNumbers(panel.rows.map(row => row[i] ?? "")));
  const cell = (tag, text, i) =>
    make(tag, { class: numbers[i] ? "number" : "wrap", ...(tag === "th" && { scope: "col" }) }, text);
  const head = make("thead", {}, make("tr", {}, ...panel.columns.map((t, i) => cell("th", t, i))));
  const body = make("tbody", {}, ...panel.rows.map((row, r) =>
    make("tr", { class: r === panel.marked && "marked" }, ...row.map((text, i) =>
      panel.columns.length === 0 && i === 0 ? make("th", { scope: "row" }, text)
        : cell("td", text, i)))));
  frame.box.append(make("div", { class: "scroll" },
    make("table", {}, ...(panel.columns.length ? [head] : []), body)));
  return () => {};
};

kinds.text = (panel, frame) => {
  const text = make("pre");
  frame.box.append(text);
  const chosen = chooser(panel.choices, frame, show);
  function show() {
    text.textContent = chosen.value();
  }
  return show;
};
