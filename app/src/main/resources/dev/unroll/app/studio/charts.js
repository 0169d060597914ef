/* Curves of runs as panels of the pages. */

/* An axis as the pages write it. */
export function axis(label, { log = false, min = null, max = null, percent = false, whole = false } = {}) {
  return { label, log, min, max, percent, whole };
}

/* A panel of curves: [{ name, group, x, values, marks }]. */
export function lines(title, read, x, y, series, formula = null) {
  const fields = { kind: "lines", title, read, x, y };
  if (formula) fields.formula = { text: formula, address: "" };
  return put(fields, series);
}

/* Other curves for a panel; draw it afterwards. */
export function put(fields, series) {
  fields.places = [...new Set(series.map(s => s.x))];
  fields.choices ??= [{ name: "" }]; // the panel keeps the list
  fields.choices[0].value = series.map(s => ({ name: s.name, group: s.group ?? s.name,
    x: fields.places.indexOf(s.x), values: s.values, marks: s.marks ?? [] }));
  return fields;
}

/* The exponential mean of TensorBoard, without the pull towards the first values. */
export function smoothed(values, weight) {
  if (weight === 0) return values;
  let mean = 0, norm = 0;
  return values.map(v => {
    if (v == null) return null;
    mean = weight * mean + (1 - weight) * v;
    norm = weight * norm + (1 - weight);
    return mean / norm;
  });
}

/* A curve and, if it is smoothed, its raw values behind it. */
export function withRaw(name, x, values, weight, group = name) {
  if (weight === 0) return [{ name, group, x, values }];
  return [{ name, group, x, values, marks: ["faint", "raw"] },
    { name, group, x, values: smoothed(values, weight), marks: ["mean"] }];
}

/* The epochs of a run as places and values of one of their fields. */
export function epochs(run, key, byTime) {
  const known = run.epochLines.filter(epoch => Number.isFinite(epoch[key]));
  const { step, time } = run.curves;
  const at = known.map(epoch => byTime ? timeAt(step, time, epoch.step) : epoch.step);
  return { x: at, values: known.map(epoch => epoch[key]) };
}

function timeAt(steps, times, step) {
  let i = steps.findIndex(s => s >= step);
  if (i < 0) i = steps.length - 1;
  return times[i] ?? 0;
}

const ns = "http://www.w3.org/2000/svg";

/* A small curve for a row of a table. */
export function sparkline(values, label) {
  const svg = document.createElementNS(ns, "svg");
  const known = values.filter(v => v != null);
  for (const [k, v] of Object.entries({ class: "spark", viewBox: "0 0 96 24", role: "img",
    "aria-label": label })) svg.setAttribute(k, v);
  if (known.length < 2) return svg;
  const low = Math.min(...known), high = Math.max(...known), span = high - low || 1;
  const line = document.createElementNS(ns, "polyline");
  line.setAttribute("points", values.map((v, i) => v == null ? ""
    : `${(i / (values.length - 1) * 92 + 2).toFixed(1)},${(22 - (v - low) / span * 20).toFixed(1)}`)
    .join(" "));
  svg.append(line);
  return svg;
}
