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
  return {
    rows: heat.rows, columns: heat.columns, low: heat.low, high: heat.high, log: heat.log, bytes,
    byte: (row, column) => bytes[row * heat.columns + column],
    value: (row, column) => table[bytes[row * heat.columns + column]],
    row: row => Array.from(bytes.subarray(row * heat.columns, (row + 1) * heat.columns),
      b => table[b])
  };
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

/* What the colours stand for; draw(heat) shows it. */
function scaleLegend(box) {
  const low = make("span"), high = make("span"), bar = make("i");
  box.append(make("div", { class: "scale" }, low, bar, high));
  return heat => {
    low.textContent = (heat.log ? "≤ " : "") + short(heat.low);
    high.textContent = short(heat.high);
    const colors = colorsOf(heat);
    const stops = [0, 63, 127, 190, 254].map(i => css(colors[i]));
    bar.style.background = `linear-gradient(to right, ${stops.join(", ")})`;
  };
}
