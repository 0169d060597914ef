"use strict";
/* One unit's value behind each token of a text, and a search for the units that follow a pattern. */

kinds.painted = (panel, frame) => {
  let unit = 0, values = [], reach = 1, timer = null;
  const chosen = chooser(panel.choices, frame, show);
  const heat = () => heats[chosen.value()];
  const number = make("input", { type: "number", min: 0, value: 0,
    "aria-label": frame.title + ": unit", oninput: () => number.value !== "" && choose(+number.value) });
  const play = make("button", { type: "button", onclick: () => timer ? stop() : start() }, "▶ play");
  frame.controls.append(make("label", {}, "unit", number), play);

  const asked = make("input", { type: "search", list: frame.id + "-patterns", placeholder:
    "find units: text or /regex/", "aria-label": "find units that follow a pattern",
    oninput: find });
  const list = make("datalist", { id: frame.id + "-patterns" },
    ...Object.keys(namedPatterns).map(name => make("option", { value: name })));
  const ready = ["inside quotes", "spaces", "capital letters", "place in the line"].map(name =>
    make("button", { type: "button", onclick: () => { asked.value = name; find(); } }, name));
  const found = make("div", { class: "found", role: "status" });
  frame.box.append(make("div", { class: "search" }, asked, list, ...ready), found);
  const text = tokenText(frame.box, panel.tokens, panel.title, at);
  const line = strip(frame.box, panel.title + ": the unit over all steps");
  const legend = scaleLegend(frame.box);
  const say = readoutLine(frame.box, "Point at the text, or use the arrow keys, to read the value.");

  function at(i) {
    text.show(i);
    line.draw(values, heat(), i, reach);
    say(i === null ? ""
      : `step ${i} ${quoted(panel.tokens[i])} · unit ${unit} · ${worded(heat(), values[i])}`);
  }

  function choose(n) {
    unit = Math.round(clamp(n, 0, heat().rows - 1));
    show();
  }

  function show() {
    unit = Math.min(unit, heat().rows - 1);
    if (document.activeElement !== number) number.value = unit;
    number.max = heat().rows - 1;
    values = heat().row(unit);
    reach = reachOfUnit();
    text.paint(heat().bytesOf(unit), colorsOf(heat(), reach));
    legend(heat(), reach, false);
    mark();
    at(text.here());
  }

  /* Gates are seen from 0 to 1, states as far as this unit goes. */
  function reachOfUnit() {
    if (heat().log || heat().low === 0 && heat().high === 1) return heat().high;
    return values.reduce((most, v) => Math.max(most, Math.abs(v) || 0), 0) || heat().high;
  }

  function mark() {
    for (const button of found.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", button.value === `${chosen.name()} ${unit}`);
    }
  }

  /* All units of all choices, those that follow the pattern most closely first. */
  function ranked(wanted) {
    return panel.choices.flatMap((choice, number) => {
      const all = heats[choice.value];
      return Array.from({ length: all.rows }, (_, row) =>
        ({ number, name: choice.name, row, r: correlation(all.row(row), wanted) }));
    }).filter(one => one.r !== null).sort((a, b) => Math.abs(b.r) - Math.abs(a.r)).slice(0, 8);
  }

  function find() {
    found.replaceChildren();
    let wanted = panel.tokens.map(() => 0);
    try {
      if (asked.value !== "") wanted = pattern(panel.tokens, asked.value);
    } catch (e) {
      if (!(e instanceof SyntaxError)) throw e;
      found.append("This is not a regular expression: " + e.message);
    }
    const hits = wanted.filter(v => v !== 0).length, isCount = wanted.some(v => v > 1);
    text.spans.forEach((span, i) => span.classList.toggle("match", wanted[i] === 1 && !isCount));
    if (asked.value === "" || found.childNodes.length) return;
    if (hits === 0) return found.append("Nothing in the text matches.");
    const best = ranked(wanted);
    found.append((isCount ? "" : `${hits} of ${panel.tokens.length} steps; `)
      + "correlation r of the closest units:",
      ...best.map(one => make("button", { type: "button", value: `${one.name} ${one.row}`,
        onclick: () => { chosen.show(one.number); choose(one.row); } },
      `${one.name ? one.name + " · " : ""}unit ${one.row}: ${one.r.toFixed(2).replace("-", "−")}`)));
    mark();
  }

  function start() {
    let i = text.here() === null || text.here() === panel.tokens.length - 1 ? -1 : text.here();
    play.textContent = "❚❚ pause";
    timer = setInterval(() => {
      if (++i >= panel.tokens.length) return stop();
      at(i);
      const span = text.spans[i], bottom = span.offsetTop + span.offsetHeight;
      if (bottom > text.text.scrollTop + text.text.clientHeight) text.text.scrollTop = span.offsetTop;
    }, 60);
  }

  function stop() {
    clearInterval(timer);
    timer = null;
    play.textContent = "▶ play";
  }

  pointing(line.canvas, x => at(x == null ? null
    : clamp(Math.floor(x / line.canvas.clientWidth * values.length), 0, values.length - 1)));
  /* More tokens, whose columns the heats have already; the last one stays in sight. */
  show.grow = tokens => {
    text.append(tokens);
    const follows = text.text.scrollTop + text.text.clientHeight > text.text.scrollHeight - 80;
    show();
    if (follows) text.text.scrollTop = text.text.scrollHeight;
  };
  return show;
};
