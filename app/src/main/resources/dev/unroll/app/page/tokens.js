"use strict";
/* A text of tokens that takes colours, one of which is pointed at. */

function tokenText(box, tokens, label, pointed) {
  const characters = tokens.every(token => [...token].length <= 1);
  const spanOf = token => {
    const span = make("span", {}, token === "\n" ? make("span", { class: "return" }, "↵") : token);
    if (token === "\n") span.append("\n");
    return span;
  };
  const spans = tokens.map(spanOf);
  const text = make("div", { class: characters ? "tokens" : "tokens words", tabindex: 0,
    role: "group", "aria-label": label + "; arrow keys move" }, ...spans);
  box.append(text);
  let here = null;
  const numbers = new Map(spans.map((span, i) => [span, i]));

  function show(i) {
    if (here !== null) spans[here].classList.remove("here");
    here = i;
    if (i !== null) spans[i].classList.add("here");
  }

  text.addEventListener("pointerover", event => {
    const span = event.target.closest(".tokens > span");
    if (span && numbers.has(span)) pointed(numbers.get(span));
  });
  text.addEventListener("pointerdown", event => {
    const span = event.target.closest(".tokens > span");
    if (span && numbers.has(span)) pointed(numbers.get(span));
  });
  keys(text, (dx, dy) => {
    const row = Math.max(1, Math.round(text.clientWidth / 9));
    pointed(clamp((here ?? -1) + dx + dy * row, 0, tokens.length - 1));
    spans[here]?.scrollIntoView({ block: "nearest" });
  }, () => pointed(null));

  return {
    spans, text, show,
    /* More tokens at the end. */
    append(more) {
      for (const token of more) {
        const span = spanOf(token);
        numbers.set(span, spans.length);
        spans.push(span);
        tokens.push(token);
        text.append(span);
      }
    },
    here: () => here,
    /* Scrolls the text, and not the page, to a token. */
    reveal(i) {
      text.scrollTop = spans[i].offsetTop - text.clientHeight / 2;
    },
    /* Paints bytes of a heat, one a token. */
    paint(bytes, colors) {
      spans.forEach((span, i) => {
        const rgb = bytes[i] === 255 ? null : colors[bytes[i]];
        span.style.background = rgb ? css(rgb) : "";
        span.style.color = rgb ? inkOn(rgb) : "";
      });
    }
  };
}

/* Values as a strip of bars under a text; draw(values, heat, here, reach). */
function strip(box, label) {
  const holder = make("div", { class: "strip" });
  box.append(holder);
  const { canvas, begin } = surface(holder, label);
  canvas.removeAttribute("tabindex");
  const draw = (values, heat, here, reach = heat.high) => {
    const c = begin(64), width = c.wide / values.length;
    const part = v => heat.log
      ? v > 0 ? Math.log(v / heat.low) / Math.log(heat.high / heat.low) : 0
      : heat.low < 0 ? (v + reach) / (2 * reach) : v / reach;
    const zero = heat.low < 0 ? 32 : 62;
    c.strokeStyle = color("line");
    c.beginPath();
    c.moveTo(0, zero);
    c.lineTo(c.wide, zero);
    c.stroke();
    const colors = colorsOf(heat), two = heat.low < 0;
    values.forEach((v, i) => {
      if (!Number.isFinite(v)) return;
      c.fillStyle = css(colors[two ? (v > 0 ? 200 : 54) : 140]);
      const top = 62 - 60 * clamp(part(v), 0, 1);
      const from = width < 3 ? Math.floor(i * width) : i * width + 0.25;
      const to = width < 3 ? Math.ceil((i + 1) * width) : (i + 1) * width - 0.25;
      c.fillRect(from, Math.min(top, zero), to - from, Math.abs(zero - top));
    });
    if (here !== null) {
      c.fillStyle = color("mark");
      c.fillRect((here + 0.5) * width - 1, 0, 2, 64);
    }
  };
  return { canvas, draw };
}
