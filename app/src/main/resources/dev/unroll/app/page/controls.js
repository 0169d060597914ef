"use strict";
/* What stands in the head of a panel. */

/* A list to choose from, where there is more than one thing; gives a function for the chosen one. */
function chooser(choices, frame, changed) {
  let chosen = 0;
  const select = make("select", { "aria-label": frame.title + ": show" },
    ...choices.map((choice, i) => new Option(choice.name, i)));
  select.addEventListener("change", () => {
    chosen = Number(select.value);
    changed();
  });
  if (choices.length > 1) frame.controls.append(select);
  return {
    value: () => choices[chosen].value,
    name: () => choices[chosen].name,
    show(i) {
      chosen = i;
      select.value = i;
    }
  };
}

/* A line below a drawing that says what is pointed at, to ears too. */
function readoutLine(box, hint) {
  const line = make("p", { class: "readout", role: "status" });
  box.append(line);
  const say = text => {
    line.textContent = text || hint;
    line.classList.toggle("hint", !text);
  };
  say("");
  return say;
}

/* A token in words: what is not seen has a name. */
function quoted(token) {
  const names = { "\n": "line break", " ": "space", "\t": "tab", "": "nothing" };
  return names[token] || "‘" + token + "’";
}
