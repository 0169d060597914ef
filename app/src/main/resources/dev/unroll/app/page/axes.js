"use strict";
/* Axes of curves. */

/* Places for labels on a linear axis: 1, 2 or 5 of a power of ten apart, at least three. */
function evenSplits(min, max) {
  const apart = 10 ** Math.floor(Math.log10(max - min));
  const step = [1, 0.5, 0.2, 0.1].map(m => m * apart)
    .find(s => Math.floor(max / s + 1e-9) - Math.ceil(min / s - 1e-9) >= 2);
  const splits = [];
  for (let i = Math.ceil(min / step - 1e-9); i * step <= max + 1e-9 * step; i++) {
    splits.push(Number((i * step).toPrecision(12)));
  }
  return splits;
}

/* Places for labels on a logarithmic axis, at least three: powers of ten, not too many, or 1, 2, 5 in
   between, or where that is too coarse as on a linear one. */
function logSplits(min, max, most) {
  const first = Math.ceil(Math.log10(min) - 1e-9), last = Math.floor(Math.log10(max) + 1e-9);
  const splits = [];
  if (last - first >= 2) {
    const step = Math.min(Math.ceil((last - first) / most), Math.floor((last - first) / 2));
    const even = Math.ceil(first / step) * step;
    for (let e = last - even >= 2 * step ? even : first; e <= last; e += step) splits.push(10 ** e);
    return splits;
  }
  for (let e = first - 1; e <= last; e++) {
    for (const m of [1, 2, 5]) {
      if (m * 10 ** e >= min * 0.999 && m * 10 ** e <= max * 1.001) splits.push(m * 10 ** e);
    }
  }
  return splits.length >= 3 ? splits : evenSplits(min, max);
}

/* How far apart labels of whole numbers may be. */
const wholeSteps = Array.from({ length: 45 }, (_, i) => [1, 2, 5][i % 3] * 10 ** Math.floor(i / 3));

/* The label of a place on an axis whose places go from least to most, so that all look alike. */
function tick(axis, v, least, most) {
  if (v == null) return "";
  if (axis.percent) return short(Number((100 * v).toPrecision(4))) + " %";
  if (axis.log) {
    if (least >= 1e-3 && most < 1e5 || v === 1) return short(v);
    const exponent = Math.floor(Math.log10(v) + 1e-9);
    const mantissa = Number((v / 10 ** exponent).toPrecision(3));
    return (mantissa === 1 ? "" : mantissa + "·") + power(exponent);
  }
  const thousands = most >= 1e6 ? [1e6, " M"] : most >= 1e4 ? [1e3, " k"] : [1, ""];
  return v === 0 ? "0" : short(Number((v / thousands[0]).toPrecision(6))) + thousands[1];
}

/* Half of the last label stands beyond the end of a horizontal axis. */
function rightPadding(u) {
  const labels = u.axes?.[0]?._values ?? [];
  return Math.max(14, 4 + Math.ceil(3.5 * Math.max(0, ...labels.map(label => label?.length ?? 0))));
}

/* An axis for uPlot. */
function uplotAxis(axis, vertical) {
  return {
    stroke: color("soft"), font: "12px system-ui, sans-serif",
    grid: { stroke: color("line"), width: 1 }, ticks: { stroke: color("line"), width: 1, size: 5 },
    size: vertical
      ? (u, labels) => 14 + 7 * Math.max(3, ...(labels || []).map(label => label.length))
      : 30,
    space: vertical ? 36 : 64,
    splits: axis.log
      ? (u, i, min, max) =>
        logSplits(min, max, vertical ? 6 : Math.max(2, Math.floor(u.width / 90)))
      : undefined,
    // uPlot draws no axis for which it finds no increment, as over forty decades; splits has its own.
    incrs: axis.log ? (u, i, min, max) => [Math.max(5, max - min)]
      : axis.whole ? wholeSteps : undefined,
    values: (u, splits) => splits.map(v => tick(axis, v, Math.min(...splits), Math.max(...splits))),
    filter: (u, splits) => splits
  };
}

/* The range of a vertical axis that shows lo to hi, as far as the panel does not say. */
function rangeOf(axis, lo, hi) {
  if (lo == null || hi == null) {
    return [axis.min ?? (axis.log ? 0.1 : 0), axis.max ?? 1];
  }
  if (axis.log) {
    const pad = Math.max(1.1, (hi / lo) ** 0.05);
    return [axis.min ?? lo / pad, axis.max ?? hi * pad];
  }
  const pad = 0.06 * (hi - lo) || Math.abs(hi) * 0.1 || 1;
  const nearZero = lo >= 0 && lo < 0.4 * hi;
  return [axis.min ?? (nearZero ? 0 : lo - pad), axis.max ?? hi + pad];
}
