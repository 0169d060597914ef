"use strict";
/* Matrices of a byte a value: 0 to 254 from low to high, 255 for nothing. */

const heats = page.heats.map(decoded);

function decoded(heat) {
  const text = atob(heat.data);
  const bytes = Uint8Array.from(text, c => c.charCodeAt(0));
  const low = heat.log ? Math.log(heat.low) : heat.low;
  const high = heat.log ? Math.log(heat.high) : heat.high;
  const table = Array.from({ length: 256 }, (_, b) => {
    if (b === 255) return heat.log ? 0 : NaN;
    const value = low + b / 254 * (high - low);
    return heat.log ? Math.exp(value) : value;
  });
  const decodedHeat = {
    rows: heat.rows, columns: heat.columns, low: heat.low, high: heat.high, log: heat.log, bytes,
    byte: (row, column) => bytes[row * heat.columns + column],
    value: (row, column) => table[bytes[row * heat.columns + column]],
    bytesOf: row => bytes.subarray(row * heat.columns, (row + 1) * heat.columns),
    row: row => Array.from(bytes.subarray(row * heat.columns, (row + 1) * heat.columns),
      b => table[b])
  };
  return Object.assign(decodedHeat, { reach: reachOf(decodedHeat, bytes, table) });
}

/* Where colours are at their strongest: the end of the range, or where a few values are far out, what
   49 of 50 stay below, so that those few do not turn all others pale. */
function reachOf(heat, bytes, table) {
  if (heat.log || heat.high === 1) return heat.high;
  const sizes = [];
  const step = Math.ceil(bytes.length / 20_000);
  for (let i = 0; i < bytes.length; i += step) {
    if (bytes[i] !== 255) sizes.push(Math.abs(table[bytes[i]]));
  }
  const most = sizes.sort((a, b) => a - b)[Math.floor(0.98 * (sizes.length - 1))];
  return most > 0 && most < 0.6 * heat.high ? most : heat.high;
}

/* A value of a heat in words, as exactly as a byte knows it. */
function worded(heat, v) {
  if (heat.log || !Number.isFinite(v)) return short(v, 2);
  const decimals = clamp(Math.floor(-Math.log10((heat.high - heat.low) / 254)), 0, 12);
  return short(Number(v.toFixed(decimals)));
}

/* A picture of a heat, a pixel a value; rows in this order. */
function picture(heat, order) {
  const canvas = make("canvas");
  canvas.width = heat.columns;
  canvas.height = heat.rows;
  const context = canvas.getContext("2d");
  const image = context.createImageData(heat.columns, heat.rows);
  const colors = colorsOf(heat);
  for (let row = 0, at = 0; row < heat.rows; row++) {
    for (let column = 0; column < heat.columns; column++, at += 4) {
      const byte = heat.byte(order[row], column);
      if (byte === 255) continue;
      const [r, g, b] = colors[byte];
      image.data.set([r, g, b, 255], at);
    }
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

/* What the colours stand for; the function shows it for a heat, strongest at reach, which values pass
   if it is cut. */
function scaleLegend(box) {
  const low = make("span"), high = make("span"), bar = make("i");
  box.append(make("div", { class: "scale" }, low, bar, high));
  return (heat, reach = heat.reach, cut = reach < heat.high) => {
    low.textContent = (heat.log || cut && heat.low < 0 ? "≤ " : "")
      + short(heat.low < 0 ? -reach : heat.low, 3);
    high.textContent = (cut ? "≥ " : "") + short(reach, 3);
    const colors = colorsOf(heat, heat.high);
    const stops = [0, 63, 127, 190, 254].map(i => css(colors[i]));
    bar.style.background = `linear-gradient(to right, ${stops.join(", ")})`;
  };
}
