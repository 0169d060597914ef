"use strict";
/* A heat map: rows down, steps along, with the tokens under them where there is room; or a surface over
   two numbers, with their axes. */

kinds.heatmap = (panel, frame) => {
  const left = 44, top = 8, bottom = 22, { down, across } = panel;
  let heat, order, image, cell = null, from = 0, count = 1, height = 0;
  const chosen = chooser(panel.choices, frame, () => {
    choose();
    paint();
  });
  const sorted = make("select", { "aria-label": frame.title + ": order of rows", onchange: () => {
    choose();
    paint();
  } }, new Option("by number", "number"), new Option("by mean", "mean"));
  const wider = make("button", { type: "button", "aria-label": across ? "a narrower part, wider" : "fewer steps, wider",
    onclick: () => zoom(0.5) }, "+");
  const whole = make("button", { type: "button", "aria-label": across ? "more of it, narrower" : "more steps, narrower",
    onclick: () => zoom(2) }, "−");
  if (down) {
    frame.box.append(make("p", { class: "above" }, down.label));
  } else {
    frame.controls.append(make("label", {}, panel.rowLabel + "s", sorted));
  }
  frame.controls.append(make("span", {}, whole, wider));
  const { canvas, begin } = surface(frame.box,
    `${panel.title}; arrow keys read values, + and − change how many steps are seen`);
  const slide = make("input", { type: "range", min: 0, "aria-label": "first step that is seen",
    oninput: () => { from = Number(slide.value); paint(); } });
  slide.style.width = "100%";
  if (across) frame.box.append(make("p", { class: "below" }, across.label));
  frame.box.append(slide);
  const legend = scaleLegend(frame.box);
  const say = readoutLine(frame.box, "Point at a cell, or use the arrow keys, to read its value.");

  function choose() {
    heat = heats[chosen.value()];
    order = Array.from({ length: heat.rows }, (_, row) => row);
    if (sorted.value === "mean") {
      const mean = order.map(row => heat.row(row).reduce((a, v) => a + (v || 0), 0));
      order.sort((a, b) => mean[b] - mean[a]);
    }
    image = picture(heat, order);
    count = clamp(count, 1, heat.columns);
    if (cell) cell = { row: Math.min(cell.row, heat.rows - 1),
      column: Math.min(cell.column, heat.columns - 1) };
  }

  function zoom(factor) {
    const middle = cell ? cell.column : from + count / 2;
    count = Math.round(clamp(factor * count, Math.min(8, heat.columns), heat.columns));
    from = Math.round(clamp(middle - count / 2, 0, heat.columns - count));
    paint();
  }

  function label(column) {
    return panel.columnLabels.length ? " " + quoted(panel.columnLabels[column]) : "";
  }

  function tell() {
    if (!cell) return say("");
    const unit = order[cell.row];
    if (down) {
      return say(`${down.label} = ${short(valueAt(down, cell.row, heat.rows))} · ${across.label} = `
        + `${short(valueAt(across, cell.column, heat.columns))} · `
        + worded(heat, heat.value(unit, cell.column)));
    }
    say(`${panel.rowLabel} ${unit} · step ${cell.column}${label(cell.column)} · `
      + worded(heat, heat.value(unit, cell.column)));
  }

  function valueAt(places, i, n) {
    return places.first + (places.last - places.first) * i / (n - 1);
  }

  /* Calls at(label, row or column) for values from place `from` on that are good to read. */
  function ticks(places, n, from, count, at) {
    const ends = [valueAt(places, from, n), valueAt(places, from + count - 1, n)];
    for (const v of evenSplits(Math.min(...ends), Math.max(...ends))) {
      at(short(v), (v - places.first) / (places.last - places.first) * (n - 1));
    }
  }

  function axisBelow(c, width) {
    c.fillStyle = color("soft");
    c.textAlign = "center";
    if (across) {
      return ticks(across, heat.columns, from, count, (label, column) =>
        c.fillText(label, clamp(left + (column - from + 0.5) * width, left, c.wide - 12),
          top + height + 15));
    }
    const labels = panel.columnLabels;
    const longest = labels.slice(from, from + count).reduce((a, t) => Math.max(a, t.length), 1);
    if (labels.length && width >= 6 + 6.5 * Math.min(longest, 12)) {
      for (let i = from; i < from + count; i++) {
        const token = { "\n": "↵", " ": "␣", "\t": "⇥" }[labels[i]] ?? labels[i];
        c.fillText(token.slice(0, 12), left + (i - from + 0.5) * width, top + height + 15);
      }
      return;
    }
    const step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000].find(s => s * width >= 48);
    for (let i = Math.ceil(from / step) * step; i < from + count; i += step) {
      const x = left + (i - from + 0.5) * width;
      c.textAlign = x > c.wide - 16 ? "right" : "center";
      c.fillText(i, Math.min(x, c.textAlign === "right" ? c.wide : x), top + height + 15);
    }
  }

  function axisBeside(c, tall) {
    c.textAlign = "right";
    c.fillStyle = color("soft");
    if (down) {
      return ticks(down, heat.rows, 0, heat.rows, (label, row) =>
        c.fillText(label, left - 6, top + (row + 0.5) * tall + 4));
    }
    const step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000].find(s => s * tall >= 18) ?? 5000;
    for (let row = 0; row < heat.rows; row += step) {
      c.fillText(order[row], left - 6, top + (row + 0.5) * tall + 4);
    }
  }

  function paint() {
    height = clamp(heat.rows * 14, 60, 320);
    const c = begin(top + height + bottom);
    const wide = c.wide - left - 2, width = wide / count, tall = height / heat.rows;
    c.imageSmoothingEnabled = width < 1;
    c.imageSmoothingQuality = "high";
    c.drawImage(image, from, 0, count, heat.rows, left, top, wide, height);
    axisBelow(c, width);
    axisBeside(c, tall);
    if (cell && cell.column >= from && cell.column < from + count) {
      c.strokeStyle = color("mark");
      c.lineWidth = 2;
      const w = Math.max(width, 5), h = Math.max(tall, 5);
      c.strokeRect(left + (cell.column - from + 0.5) * width - w / 2,
        top + (cell.row + 0.5) * tall - h / 2, w, h);
    }
    slide.hidden = count === heat.columns;
    slide.max = heat.columns - count;
    slide.value = from;
    legend(heat);
    tell();
  }

  pointing(canvas, (x, y) => {
    const column = Math.floor((x - left) / (canvas.clientWidth - left - 2) * count) + from;
    const row = Math.floor((y - top) / height * heat.rows);
    const inside = x != null && column >= from && column < from + count && row >= 0
      && row < heat.rows;
    cell = inside ? { row, column } : null;
    paint();
  });
  keys(canvas, (dx, dy) => {
    const first = d => Number.isFinite(d) ? -d : 0;
    cell ??= { row: first(dy), column: from + first(dx) };
    cell = { row: clamp(cell.row + dy, 0, heat.rows - 1),
      column: clamp(cell.column + dx, 0, heat.columns - 1) };
    if (cell.column < from) from = cell.column;
    if (cell.column >= from + count) from = cell.column - count + 1;
    paint();
  }, () => {
    cell = null;
    paint();
  });
  canvas.addEventListener("keydown", event => {
    if ("+=".includes(event.key)) zoom(0.5);
    if (event.key === "-") zoom(2);
  });
  let begun = false;
  return () => {
    if (!begun) count = Math.max(...panel.choices.map(choice => heats[choice.value].columns));
    begun = true;
    choose();
    paint();
  };
};
