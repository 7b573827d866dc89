// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC
//
// What test_modgui.py has to know of pedals in a browser, left in #result.

"use strict";

const VIEW = "urn:lmu-lv2:modView";
const GOOD = [0.25, 16, 0.1, 0.5, -0.3, 0.2];
const TEXTS = ".lmu-brand, .lmu-label, .lmu-light, .lmu-view, .lmu-reading, .lmu-knob, " +
  ".lmu-switch, .lmu-value, .lmu-name, .lmu-selected, .lmu-footswitch, .lmu-port-name";

// All that a view must not be, and some that it may just be
const BROKEN = [
  undefined, null, NaN, 1, "text", "", true, {}, { length: 40 }, [], [0.25], [0.25, 16],
  { 0: 0.25, 1: 16, 2: 1, length: 3 },
  [NaN, 16, 1], [0.25, NaN, 1], [-1, 16, 1], [0, 16, 1], [Infinity, 16, 1], [1e30, 16, 1],
  [0.25, -1, 1], [0.25, 1e30, 1], ["0.25", "16", "1"], [null, null, null], [[], [], []],
  [0.25, 16, NaN, Infinity, -Infinity, "x", null, undefined, {}, [], 1e308, -1e308],
  [0.25, 16].concat(Array(100000).fill(1e6)), [0.25, 16, , , , 1], [1e-300, 1, 1e-300],
];

const EVENTS = [
  undefined, null, {}, { type: "start" }, { type: "start", data: {} },
  { type: "start", data: {}, icon: [] }, { type: "start", data: {}, icon: [null] },
  { type: "change" }, { type: "change", data: {} }, { type: "end" }, { type: "end", data: {} },
  { type: 5, data: {} },
];

const CHANGES = [
  {}, { symbol: null, value: null }, { symbol: 5, value: 5 }, { symbol: "theta" },
  { symbol: "bandwidth", value: NaN }, { symbol: "bandwidth", value: 1e300 },
  { symbol: "bandwidth", value: "1" }, { symbol: 'a"] *', value: 1 },
  { symbol: "__proto__", value: 1 }, { symbol: "status", value: -1e9 },
  { symbol: "tap1_position", value: 1e9 }, { symbol: "tap1_gain", value: -1e9 },
  { symbol: "position", value: -Infinity }, { uri: "urn:other", value: [1, 2, 3] },
  { uri: null, value: GOOD },
];

function effectNamed(name) {
  return EFFECTS.find((effect) => effect.uri === "urn:lmu-lv2:" + name);
}

function canvasOf(pedal) {
  return pedal.icon.querySelector("canvas");
}

function picture(pedal) {
  return canvasOf(pedal).toDataURL();
}

function view(pedal, value) {
  pedal.send({ type: "change", uri: VIEW, value: value });
}

function change(pedal, symbol, value) {
  pedal.send({ type: "change", symbol: symbol, value: value });
}

/// Return how something went: nothing, or the error
function errorOf(action) {
  try {
    action();
    return null;
  } catch (error) {
    return String(error);
  }
}

function symbols(icon, role) {
  const all = icon.querySelectorAll("[mod-role=" + role + "]");
  return Array.from(all, (element) => element.getAttribute("mod-port-symbol"));
}

/// Return what is drawn of an element that may hold text
function boxOf(element) {
  const range = document.createRange();
  range.selectNodeContents(element);
  const own = element.getBoundingClientRect();
  const text = range.getBoundingClientRect();
  return element.textContent.trim() && element.matches(".lmu-name, .lmu-value") ? text : own;
}

/// Return which texts and widgets of a pedal overlap, or leave it
function collisions(icon) {
  const pedal = icon.firstElementChild.getBoundingClientRect();
  const boxes = Array.from(icon.querySelectorAll(TEXTS), (element) => {
    const box = boxOf(element);
    return { name: element.className + " " + element.textContent.trim(), box: box,
             isCut: getComputedStyle(element).overflowX === "hidden" &&
               element.scrollWidth > element.clientWidth };
  }).filter((item) => item.box.width > 0);
  const found = boxes.filter(({ box, isCut }) => isCut || box.left < pedal.left ||
    box.right > pedal.right || box.top < pedal.top || box.bottom > pedal.bottom);
  const texts = found.map((item) => item.name + " is cut");
  boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => {
    const width = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
    const height = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
    if (width > 0.5 && height > 0.5) {
      texts.push(a.name + " over " + b.name);
    }
  }));
  return texts;
}

/// Return the distances of sockets from the edges inside of which they end, which
/// have a line that the page's zoom may round
function gaps(icon) {
  const pedal = icon.firstElementChild.getBoundingClientRect();
  const line = parseFloat(getComputedStyle(icon.firstElementChild).borderLeftWidth);
  return Array.from(icon.querySelectorAll(".lmu-port"), (port) => {
    const box = port.getBoundingClientRect();
    return port.matches(".lmu-inputs *") ? pedal.left + line - box.right :
      box.left + line - pedal.right;
  });
}

/// Return how many sockets are over another, or above or below their pedal
function stray(icon) {
  const pedal = icon.firstElementChild.getBoundingClientRect();
  return [".lmu-inputs", ".lmu-outputs"].map((side) => {
    const boxes = Array.from(icon.querySelectorAll(side + " .lmu-port"), (port) =>
      port.getBoundingClientRect());
    return boxes.filter((box, i) => box.top < pedal.top || box.bottom > pedal.bottom ||
      (i > 0 && box.top < boxes[i - 1].bottom)).length;
  });
}

/// Return whether what is next to the edges of a pedal keeps off them
function margins(icon) {
  const pedal = icon.firstElementChild.getBoundingClientRect();
  return Array.from(icon.querySelectorAll(".lmu-main > *"), (part) => {
    const box = part.getBoundingClientRect();
    return Math.min(box.left - pedal.left, pedal.right - box.right);
  });
}

function summaryOf(effect) {
  const pedal = newPedal(effect, {});
  view(pedal, GOOD);
  const icon = pedal.icon;
  const result = {
    uri: effect.uri,
    text: icon.textContent,
    inputs: symbols(icon, "input-audio-port").concat(symbols(icon, "input-cv-port")),
    outputs: symbols(icon, "output-audio-port").concat(symbols(icon, "output-cv-port")),
    controls: symbols(icon, "input-control-port"),
    files: Array.from(icon.querySelectorAll("[mod-parameter-value]"), (e) => e.textContent),
    roles: ["drag-handle", "bypass", "bypass-light"].map((role) =>
      icon.querySelectorAll("[mod-role=" + role + "]").length),
    collisions: collisions(icon),
    gaps: gaps(icon),
    stray: stray(icon),
    margins: margins(icon),
    values: valuesOf(pedal),
    size: icon.firstElementChild.offsetWidth,
  };
  pedal.end();
  return result;
}

/// Return what the fields of a plugin show, in the pedal and in MOD's settings
function valuesOf(pedal) {
  return Object.values(pedal.controls).flatMap((control) =>
    control.fields.map((field) => [control.port.symbol, field.textContent]));
}

/// Return what a part of a pedal that lists files makes of their names
function longNames(effect) {
  const pedal = newPedal(effect, {});
  const file = pedal.icon.querySelector(".lmu-file");
  const box = () => JSON.stringify(file.getBoundingClientRect());
  const before = box();
  file.click();
  const list = file.querySelector(".lmu-list");
  const outer = pedal.icon.firstElementChild.getBoundingClientRect();
  const inner = list.getBoundingClientRect();
  const options = Array.from(file.querySelectorAll("[mod-parameter-value]"));
  const isWhole = inner.left >= outer.left && inner.right <= outer.right &&
    options.every((option) => option.scrollWidth <= option.clientWidth);
  const sizes = options.map((option) => {
    option.click();
    return [box(), getComputedStyle(file.querySelector(".lmu-selected")).textOverflow];
  });
  const result = { uri: effect.uri, isWhole: isWhole, nOptions: options.length,
                   isSame: sizes.every((size) => size[0] === before && size[1] === "ellipsis") };
  pedal.end();
  return result;
}

/// Return the mean height of the curve in a column, from 0 at the top, or null
function heightAt(pedal, part) {
  const canvas = canvasOf(pedal);
  const x = Math.round(10 + part * (canvas.width - 20));
  const rows = Math.floor(0.5 * canvas.height);
  const pixels = canvas.getContext("2d").getImageData(x, 0, 1, rows).data;
  let sum = 0, count = 0;
  for (let y = 0; y < rows; ++y) {
    if (pixels[4 * y + 2] > 200 && pixels[4 * y] < 150) {
      sum += y;
      ++count;
    }
  }
  return count ? sum / count / rows : null;
}

function drawing() {
  const pedal = newPedal(effectNamed("delay"), {});
  const pictures = { empty: picture(pedal) };
  view(pedal, GOOD);
  pictures.good = picture(pedal);
  view(pedal, GOOD);
  pictures.again = picture(pedal);
  view(pedal, GOOD.slice(0, 5).concat([0.25]));
  pictures.other = picture(pedal);
  view(pedal, GOOD);
  change(pedal, "tap2_position", 0.1);
  pictures.moved = picture(pedal);
  change(pedal, "tap2_gain", 0);
  pictures.louder = picture(pedal);

  // P_1(2r - 1) rises from -1, now, to 1, the oldest, which is at the left
  view(pedal, [0.25, 2, 0, 1]);
  return { pictures: pictures,
           line: [0.1, 0.6].map((part) => heightAt(pedal, part)) };
}

function decoding() {
  const pedal = newPedal(effectNamed("decode8"), {});
  const before = picture(pedal);
  change(pedal, "position", 0.9);
  return before !== picture(pedal);
}

function survival() {
  const pedal = newPedal(effectNamed("delay"), {});
  const script = scriptOf(effectNamed("delay"));
  const errors = EVENTS.map((event) => errorOf(() => script(event)))
    .concat(BROKEN.map((value) => errorOf(() => view(pedal, value))))
    .concat(CHANGES.map((event) =>
      errorOf(() => pedal.send(Object.assign({ type: "change" }, event)))));
  const after = newPedal(effectNamed("delay"), {});
  change(pedal, "tap1_position", 0.25);
  change(pedal, "tap1_gain", -60);
  // The scale of what was too loud fades
  for (let i = 0; i < 200; ++i) {
    view(pedal, GOOD);
  }
  view(after, GOOD);
  return { errors: errors.filter((error) => error), same: picture(pedal) === picture(after) };
}

function readings() {
  const predict = newPedal(effectNamed("predict"), {});
  change(predict, "prediction_gain", 12.34);
  change(predict, "confidence", 0.567);
  change(predict, "status", 2);
  const delay = newPedal(effectNamed("delay"), {});
  change(delay, "bandwidth", 1024);
  change(delay, "order_used", 512);
  const shown = (pedal) => pedal.icon.querySelector(".lmu-readings").innerText
    .replace(/\s+/g, " ").trim();
  return [shown(predict), shown(delay)];
}

/// Return what a pedal shows of files that a preset or session brings
function filesOf() {
  const pedal = newPedal(effectNamed("model"), {});
  const names = ["/data/a b/Drive, schön.safetensors", "", "/x/<b>bold</b>.safetensors", null]
    .map((path) => {
      pedal.send({ type: "change", uri: "urn:lmu-lv2:weights", value: path });
      return pedal.icon.querySelector("[mod-role=input-parameter-value]").textContent;
    });
  pedal.end();
  return names;
}

/// Type something into a field as people do, and return what it shows on the way
function typed(pedal, field, text) {
  field.focus();
  const shown = field.textContent;
  if (text !== null) {
    field.textContent = text;
  }
  field.blur();
  return [shown, field.textContent, pedal.controls.feedback.value];
}

function typing() {
  const pedal = newPedal(effectNamed("delay"), { feedback: 0.5 });
  document.body.appendChild(pedal.settings);
  const result = pedal.controls.feedback.fields.map((field) =>
    [null, "40", "12,5", "-99", "x", "", "25 %"].map((text) => typed(pedal, field, text)));
  const ends = ["minimum", "maximum"].map((end) => pedal.settings.querySelector(
    "[mod-role=input-control-" + end + "][mod-port-symbol=feedback]").textContent);
  pedal.start();
  const again = typed(pedal, pedal.controls.feedback.fields[0], "30");
  pedal.settings.remove();
  pedal.end();
  return { fields: result, ends: ends, again: again };
}

/// Return whether pedals of one plugin keep to themselves
function several() {
  const pedals = [0, 1, 2].map(() => newPedal(effectNamed("delay"), {}));
  const isAlike = picture(pedals[0]) === picture(pedals[1]);
  view(pedals[0], GOOD);
  view(pedals[1], [0.25, 16, 0, 0, 0.5]);
  const pictures = pedals.map(picture);
  pedals[1].end();
  view(pedals[0], GOOD);
  const isKept = picture(pedals[0]) === pictures[0] && picture(pedals[2]) === pictures[2];
  return { isAlike: isAlike, isKept: isKept, nPictures: new Set(pictures).size };
}

/// Let time pass for pedals that are there, whose plugin is gone, and that are gone
async function requests() {
  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const open = EFFECTS.map((effect) => newPedal(effect, {}));
  const lost = EFFECTS.map((effect) => newPedal(effect, {}));
  const ended = newPedal(effectNamed("delay"), {});
  let nDraws = 0;
  canvasOf(ended).getContext = () => { ++nDraws; return null; };
  lost.forEach((pedal) => pedal.lose());
  ended.end();
  view(ended, GOOD);
  await wait(9000);
  lost.forEach((pedal) => pedal.end());
  open.forEach((pedal) => { view(pedal, GOOD); pedal.end(); });
  await wait(500);
  return { requests: server.requests, isOpen: server.isOpen, nDraws: nDraws };
}

async function main() {
  const time = requests();
  const result = {
    plugins: EFFECTS.map(summaryOf),
    drawing: drawing(),
    decoding: decoding(),
    survival: survival(),
    readings: readings(),
    longNames: EFFECTS.filter((effect) => effect.parameters.length).map(longNames),
    files: filesOf(),
    typing: typing(),
    several: several(),
    time: await time,
  };
  return result;
}

main().catch((error) => ({ error: error.stack })).then((result) => {
  const pre = document.createElement("pre");
  pre.id = "result";
  pre.textContent = JSON.stringify(result);
  document.body.replaceChildren(pre);
});
