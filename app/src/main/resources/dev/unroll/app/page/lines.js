"use strict";
/* Curves, drawn by uPlot. */

/* The mean of each value and n on either side; at the steep start fewer, as many after as before. */
function smooth(values, n) {
  const sums = [0];
  for (const v of values) sums.push(sums.at(-1) + (v ?? 0));
  return values.map((v, i) => {
    const before = Math.min(n, i), after = Math.min(before, values.length - 1 - i);
    return v == null ? null : (sums[i + after + 1] - sums[i - before]) / (before + after + 1);
  });
}

/* What is drawn for the series of a panel; a smoothed one is two lines. */
function linesOf(panel, series) {
  const numbers = numbersOf([...new Set(series.map(s => s.group))]);
  return series.flatMap(s => {
    const marks = new Set(s.marks);
    const line = {
      name: s.name, group: s.group, number: numbers.get(s.group),
      x: panel.places[s.x], style: marks.has("dotted") ? 2 : marks.has("dashed") ? 1 : 0, faint: marks.has("faint"),
      raw: marks.has("raw"), smoothed: marks.has("mean"), area: marks.has("area"),
      band: marks.has("band"), dots: marks.has("dots"), stars: marks.has("stars"),
      values: panel.y.log ? s.values.map(v => v > 0 ? v : null) : s.values
    };
    if (!marks.has("smoothed")) return [line];
    const near = Math.round(line.values.length / 80);
    return [{ ...line, faint: true, raw: true },
      { ...line, values: smooth(line.values, near), smoothed: true }];
  }).map(line => panel.x.log ? withoutZero(line) : line).map(withEntry);
}

/* Its entry of the legend: one a group, but more where a group has full, dashed and dotted curves. */
function withEntry(line, i, lines) {
  const group = lines.filter(other => other.group === line.group);
  const alike = group.filter(other => other.style === line.style);
  const mixed = alike.length < group.length;
  const alone = new Set(alike.map(other => other.name)).size === 1;
  const entry = !mixed ? line.group : alone ? line.name
    : line.group + [", full", ", dashed", ", dotted"][line.style];
  return { ...line, entry };
}

function withoutZero(line) {
  const kept = line.x.map((x, i) => i).filter(i => line.x[i] > 0);
  return { ...line, x: kept.map(i => line.x[i]), values: kept.map(i => line.values[i]) };
}

/* The place in a joined column nearest to one that is pointed at; null where the curve is not near. */
function nearest(u, column, i) {
  const values = u.data[column];
  let low = i, high = i;
  while (low >= 0 && values[low] === undefined) low--;
  while (high < values.length && values[high] === undefined) high++;
  const x = u.data[0], at = x[i];
  const distance = k => k < 0 || k >= values.length ? Infinity : Math.abs(x[k] - at);
  const best = distance(low) <= distance(high) ? low : high;
  const between = low >= 0 && high < values.length;
  const close = distance(best) <= 0.02 * (u.scales.x.max - u.scales.x.min);
  return (between || close) && values[best] != null ? best : null;
}

kinds.lines = (panel, frame) => {
  const hidden = new Set();
  let lines = [], pointed = null, chart = null, paleOnes = false, isMany = false;
  const chosen = chooser(panel.choices, frame, draw);
  const reset = make("button", { type: "button", hidden: true, onclick: () => zoom(null) },
    "whole range");
  frame.controls.append(reset);
  frame.box.append(make("p", { class: "above" }, panel.y.label));
  const box = make("div", { tabindex: 0, role: "img", "aria-label":
    `${panel.title}: ${panel.y.label} over ${panel.x.label}; arrow keys read values, + and − zoom` });
  frame.box.append(box, make("p", { class: "below" }, panel.x.label));
  const legend = legendOf(frame.box, { toggle, only: showOnly, all: () => showOnly(null), point });
  const shown = (v, digits) => panel.y.percent ? percent(v) : short(v, digits);

  /* The value of a group, or from where to where those of its curves go. */
  function among(values) {
    const low = Math.min(...values), high = Math.max(...values);
    return low === high ? shown(low) : `${shown(low, 3)} – ${shown(high, 3)}`;
  }

  function stroke(line) {
    const full = seriesColor(line.number);
    if (pointed !== null) return faded(full, line.entry !== pointed ? 0.12 : line.raw ? 0.4 : 1);
    return faded(full, line.raw ? 0.3 : line.faint ? 0.55 : paleOnes ? 0.4 : 1);
  }

  function uplotSeries(line) {
    const dash = seriesDash(line.number, line.style);
    const points = line.stars || line.dots || line.x.length === 1;
    return {
      label: line.name, stroke: () => stroke(line), dash, spanGaps: false,
      show: !hidden.has(line.entry), width: line.faint ? 1 : isMany ? 1.5 : 2,
      fill: line.area ? () => faded(seriesColor(line.number), 0.12) : undefined,
      paths: line.stars ? () => null : undefined,
      points: { show: points, size: line.stars ? 11 : 6, fill: () => stroke(line), filter: undefined }
    };
  }

  /* What lies between the two curves of a group that make a band; the upper one comes last. */
  function bandsOf() {
    return lines.flatMap((upper, i) => {
      const lower = lines.findIndex((line, k) => k < i && line.band && line.group === upper.group);
      return upper.band && lower >= 0
        ? [{ series: [i + 1, lower + 1], fill: () => faded(seriesColor(upper.number), 0.15) }] : [];
    });
  }

  function toggle(entry) {
    if (!hidden.delete(entry)) hidden.add(entry);
    visibility();
  }

  function showOnly(entry) {
    hidden.clear();
    if (entry !== null) for (const line of lines) if (line.entry !== entry) hidden.add(line.entry);
    visibility();
  }

  function visibility() {
    lines.forEach((line, i) => chart.setSeries(i + 1, { show: !hidden.has(line.entry) }));
    showLegend();
  }

  function point(entry) {
    if (entry === pointed) return;
    pointed = entry;
    legend.pointed(entry);
    chart.redraw(false);
  }

  /* The entry whose curve is nearest to the pointer, if it is within 24 pixels. */
  function pointedAt(u) {
    const { left, top } = u.cursor;
    let best = null, least = 24;
    lines.forEach((line, i) => {
      const idx = u.cursor.idxs?.[i + 1];
      if (hidden.has(line.entry) || idx == null || left < 0) return;
      const away = Math.abs(u.valToPos(u.data[i + 1][idx], "y") - top);
      if (away < least) [least, best] = [away, line.entry];
    });
    return best;
  }

  function moved(u) {
    const at = u.cursor.idx;
    const idxs = at == null ? u.data.map(c => c.findLastIndex(v => v != null)) : u.cursor.idxs;
    const texts = new Map();
    lines.forEach((line, i) => {
      if (line.raw || idxs[i + 1] == null || idxs[i + 1] < 0) return;
      const value = u.data[i + 1][idxs[i + 1]];
      texts.set(line.entry, [...texts.get(line.entry) ?? [], value]);
    });
    for (const [entry, values] of texts) texts.set(entry, among(values));
    const word = panel.x.label.replace(/ \(.*\)/, "");
    legend.values(at == null ? page.atEnd ?? "at the end" : `${word} ${short(u.data[0][at])}`, texts);
    if (isMany && at != null && u.cursor.event) point(pointedAt(u));
    else if (isMany && at == null) point(null);
  }

  function showLegend() {
    const entries = new Map();
    for (const line of lines.filter(l => !l.raw)) {
      if (!entries.has(line.entry)) entries.set(line.entry, line);
    }
    legend.show([...entries.values()].map(line => ({
      name: line.entry, color: seriesColor(line.number), faint: line.faint, stars: line.stars,
      dash: seriesDash(line.number, line.style), hidden: hidden.has(line.entry)
    })));
    moved(chart);
  }

  function whole() {
    return [chart.data[0][0], chart.data[0].at(-1)];
  }

  function zoom(range) {
    const [min, max] = range ?? whole();
    if (max > min) chart.setScale("x", { min, max });
  }

  function isZoomed(u) {
    const x = u.data[0], { min, max } = u.scales.x;
    return min != null && x.length > 1 && (min > x[0] || max < x.at(-1));
  }

  /* A few very large values, such as the loss of the first steps, do not flatten all others. */
  function yRange(u, lo, hi) {
    const smoothed = lines.filter(l => l.smoothed && !hidden.has(l.entry));
    if (smoothed.length === 0 || panel.y.log || panel.y.percent || isZoomed(u)) {
      return rangeOf(panel.y, lo, hi);
    }
    const numbers = l => l.values.filter(v => v != null);
    const most = values => values.sort((a, b) => a - b)[Math.floor(0.97 * (values.length - 1))];
    const raw = lines.filter(l => l.raw && !hidden.has(l.entry));
    const others = lines.filter(l => !l.raw && !l.smoothed && !hidden.has(l.entry)).flatMap(numbers);
    const high = Math.max(...raw.map(l => most(numbers(l))), ...others);
    const low = Math.min(...smoothed.flatMap(numbers), ...others);
    return rangeOf(panel.y, low, high);
  }

  function draw() {
    const seen = chart && isZoomed(chart) ? { ...chart.scales.x } : null;
    chart?.destroy();
    lines = linesOf(panel, chosen.value());
    isMany = lines.filter(l => !l.raw).length > 8;
    paleOnes = new Set(lines.map(l => l.group)).size > 8;
    pointed = null;
    const data = lines.length === 0 ? [[], []] : uPlot.join(lines.map(l => [l.x, l.values]));
    const narrow = box.clientWidth < 480;
    chart = new uPlot({
      width: box.clientWidth, height: narrow ? 230 : frame.paired ? 240 : 320,
      padding: [8, rightPadding, 0, 0], legend: { show: false },
      cursor: {
        sync: { key: panel.x.label, setSeries: false }, points: { size: 6 },
        dataIdx: (u, column, i) => column === 0 ? i : nearest(u, column, i)
      },
      scales: {
        x: { time: false, distr: panel.x.log ? 3 : 1,
          range: (u, min, max) => [panel.x.min ?? min, panel.x.max ?? (max > min ? max : min + 1)]
            .map((end, i) => isZoomed(u) ? [min, max][i] : end) },
        y: { distr: panel.y.log ? 3 : 1, range: yRange }
      },
      axes: [uplotAxis(panel.x, false), uplotAxis(panel.y, true)],
      series: [{}, ...lines.map(uplotSeries)], bands: bandsOf(),
      hooks: {
        setCursor: [u => chart && moved(u)],
        setScale: [(u, key) => { if (key === "x") reset.hidden = !isZoomed(u); }]
      }
    }, data, box);
    chart.over.addEventListener("pointermove", event => {
      if (event.pointerType !== "mouse") chart.setCursor({ left: event.offsetX, top: event.offsetY });
    });
    if (seen) zoom([seen.min, seen.max]);
    showLegend();
  }

  function step(by) {
    const x = chart.data[0];
    const from = x.findIndex(v => v >= chart.scales.x.min);
    const to = x.findLastIndex(v => v <= chart.scales.x.max);
    const at = chart.cursor.idx ?? (by > 0 ? from - 1 : to + 1);
    const left = chart.valToPos(x[clamp(at + by, from, to)], "x");
    chart.setCursor({ left, top: chart.over.clientHeight / 2 });
  }

  keys(box, dx => dx && step(dx), () => chart.setCursor({ left: -10, top: -10 }));
  box.addEventListener("keydown", event => {
    const factor = { "+": 0.5, "=": 0.5, "-": 2 }[event.key];
    if (!factor) return;
    const { min, max } = chart.scales.x, [first, last] = whole();
    const middle = chart.cursor.idx == null ? (min + max) / 2 : chart.data[0][chart.cursor.idx];
    zoom([Math.max(first, middle - factor * (middle - min)),
      Math.min(last, middle + factor * (max - middle))]);
  });
  return draw;
};
