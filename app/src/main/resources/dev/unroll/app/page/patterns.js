"use strict";
/* Patterns of a text, for the search: each gives a number at every step. */

const namedPatterns = {
  "inside quotes": text => inside(text, { "“": "”", "\"": "\"", "«": "»", "‘": "’" }),
  "inside brackets": text => inside(text, { "(": ")", "[": "]", "{": "}" }),
  "capital letters": text => each(text, c => c !== c.toLowerCase()),
  "digits": text => each(text, c => c >= "0" && c <= "9"),
  "spaces": text => each(text, c => c.trim() === ""),
  "vowels": text => each(text, c => "aeiouAEIOU".includes(c)),
  "start of a word": text => text.map((c, i) => +(isWord(c) && (i === 0 || !isWord(text[i - 1])))),
  "place in the word": text => counted(text, c => !isWord(c)),
  "place in the line": text => counted(text, c => c.includes("\n"))
};

function isWord(token) {
  return /[\p{L}\p{N}]/u.test(token);
}

function each(text, test) {
  return text.map(token => +[...token].some(test));
}

/* Steps since the last that ends something. */
function counted(text, ends) {
  let n = 0;
  return text.map(token => ends(token) ? (n = 0) : ++n);
}

function inside(text, pairs) {
  let end = null;
  return text.map(token => {
    let within = end !== null;
    for (const c of token) {
      if (c === end) end = null;
      else if (end === null && pairs[c]) {
        end = pairs[c];
        within = true;
      }
    }
    return +within;
  });
}

/* 1 at every token that a match of the expression touches, else 0. */
function matches(text, expression) {
  const starts = [];
  let joined = "";
  for (const token of text) {
    starts.push(joined.length);
    joined += token;
  }
  const hits = new Array(text.length).fill(0);
  for (const match of joined.matchAll(expression)) {
    const end = match.index + match[0].length;
    for (let i = lastAtMost(starts, match.index); i < text.length && starts[i] < end; i++) hits[i] = 1;
  }
  return hits;
}

function lastAtMost(sorted, value) {
  let low = 0, high = sorted.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (sorted[middle] <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

/* The numbers that a reader asks for: a name from above, /a regular expression/, or plain text.
   Throws a SyntaxError for an expression that is none. */
function pattern(text, asked) {
  const named = namedPatterns[asked.trim().toLowerCase()];
  if (named) return named(text);
  const expression = /^\/(.+)\/(i?)$/.exec(asked);
  const source = expression ? expression[1] : asked.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return matches(text, new RegExp(source, "gu" + (expression ? expression[2] : "")));
}

/* Pearson's r; null where one of both does not change. */
function correlation(a, b) {
  let n = 0, sa = 0, sb = 0, aa = 0, bb = 0, ab = 0;
  for (let i = 0; i < a.length; i++) {
    if (!Number.isFinite(a[i])) continue;
    n++;
    sa += a[i];
    sb += b[i];
    aa += a[i] * a[i];
    bb += b[i] * b[i];
    ab += a[i] * b[i];
  }
  const va = aa - sa * sa / n, vb = bb - sb * sb / n;
  return va > 1e-9 && vb > 1e-9 ? (ab - sa * sb / n) / Math.sqrt(va * vb) : null;
}
