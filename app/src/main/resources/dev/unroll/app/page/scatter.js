"use strict";
/* Points in the unit square, a square for each choice. */

kinds.scatter = (panel, frame) => {
  const squares = make("div", { class: "squares" });
  frame.box.append(squares);
  const say = readoutLine(frame.box, "Point at a dot, or use the arrow keys, to read it.");
  const numbers = numbersOf(panel.choices.map(choice => choice.name));
  const drawn = panel.choices.map(choice => square(choice, numbers.get(choice.name)));

  function square(choice, number) {
    const box = make("div");
    const cell = make("div", {}, ...(choice.name ? [make("h4", {}, choice.name)] : []),
      make("p", { class: "above" }, panel.y), box, make("p", { class: "below" }, panel.x));
    squares.append(cell);
    const { canvas, begin } = surface(box, `${panel.title} ${choice.name}: ${panel.y} over ${panel.x}`);
    const points = choice.value;
    let here = null, side = 0;
    const left = 30, bottom = 20, top = 8, right = 8;
    const place = ([x, y]) => [left + x * side, top + (1 - y) * side];

    function draw() {
      side = Math.min(box.clientWidth, 340) - left - right;
      const c = begin(side + top + bottom);
      c.fillStyle = color("soft");
      c.strokeStyle = color("line");
      for (const v of [0, 0.5, 1]) {
        const [x, y] = place([v, v]);
        c.textAlign = "center";
        c.fillText(v, x, top + side + 16);
        c.textAlign = "right";
        c.fillText(v, left - 6, y + 4);
        c.strokeRect(left, Math.min(y, top + side), side, 0);
        c.strokeRect(x, top, 0, side);
      }
      c.setLineDash([4, 4]);
      c.beginPath();
      c.moveTo(...place([0, 1]));
      c.lineTo(...place([1, 0]));
      c.stroke();
      c.setLineDash([]);
      points.forEach((point, i) => dot(c, point, 3.5, i, faded(seriesColor(number), 0.6)));
      if (here !== null) dot(c, points[here], 6, here, color("mark"));
    }

    function dot(c, point, radius, i, fill) {
      const [x, y] = place(point);
      c.fillStyle = fill;
      c.beginPath();
      c.arc(x, y, radius, 0, 7);
      c.fill();
    }

    function at(i) {
      here = i;
      draw();
      if (i === null) return say("");
      const [x, y, unit] = points[i];
      say(`${choice.name ? choice.name + " · " : ""}unit ${unit} · ${panel.x}: ${short(x)} · `
        + `${panel.y}: ${short(y)}`);
    }

    pointing(canvas, (px, py) => {
      if (px == null) return at(null);
      let best = null, least = 20;
      points.forEach((point, i) => {
        const [x, y] = place(point), away = Math.hypot(x - px, y - py);
        if (away < least) [least, best] = [away, i];
      });
      at(best);
    });
    keys(canvas, (dx, dy) => points.length && at(clamp((here ?? -1) + dx + dy, 0, points.length - 1)),
      () => at(null));
    return draw;
  }

  return () => drawn.forEach(draw => draw());
};
