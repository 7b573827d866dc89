// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC
//
// As much of MOD's web interface as a pedal needs: the templates of Mustache,
// widgets that show values, and events for the script.

"use strict";

/// Return what a name means in the innermost view that has it
function lookUp(views, name) {
  if (name === ".") {
    return views[views.length - 1];
  }
  const names = name.split(".");
  for (let i = views.length - 1; i >= 0; --i) {
    if (Object(views[i]) === views[i] && names[0] in views[i]) {
      return names.reduce((value, key) => Object(value)[key], views[i]);
    }
  }
  return undefined;
}

function escaped(value) {
  const text = value === undefined || value === null ? "" : String(value);
  return text.replace(/[&<>"]/g, (c) => "&#" + c.charCodeAt(0) + ";");
}

/// Render a template of Mustache, without partials and functions
function render(template, views) {
  const tag = /{{{\s*([\w.]+)\s*}}}|{{([#^!]?)\s*([^}]*?)\s*}}/;
  let rest = template;
  let result = "";
  for (let match = tag.exec(rest); match; match = tag.exec(rest)) {
    const name = match[1] || match[3];
    result += rest.slice(0, match.index);
    rest = rest.slice(match.index + match[0].length);
    if (match[2] === "#" || match[2] === "^") {
      const end = "{{/" + name + "}}";
      const length = rest.indexOf(end);
      if (length < 0) {
        throw new Error("no " + end);
      }
      result += renderSection(rest.slice(0, length), views, name, match[2]);
      rest = rest.slice(length + end.length);
    } else if (match[2] !== "!") {
      if (/^[/>&=]/.test(name)) {
        throw new Error("cannot render " + match[0]);
      }
      const value = lookUp(views, name);
      result += match[1] ? value : escaped(value);
    }
  }
  return result + rest;
}

function renderSection(template, views, name, kind) {
  const value = lookUp(views, name);
  const list = Array.isArray(value) ? value : value ? [value] : [];
  if (kind === "^") {
    return list.length ? "" : render(template, views);
  }
  return list.map((item) => render(template, views.concat([item]))).join("");
}

/// Return a number as MOD writes it
function valueText(port, value) {
  const point = port.scalePoints.find((p) => Math.abs(p.value - value) < 1e-6);
  if (point) {
    return point.label;
  }
  const number = port.properties.includes("integer") ? Math.round(value) : value.toFixed(2);
  return port.render.replace("%f", number);
}

/// Return how far a knob is turned, from 0 to 1
function turnOf(port, value) {
  const range = port.ranges;
  if (port.properties.includes("logarithmic")) {
    return Math.log(value / range.minimum) / Math.log(range.maximum / range.minimum);
  }
  return (value - range.minimum) / (range.maximum - range.minimum);
}

/// Show a value in the widget of a port
function setWidget(icon, port, value) {
  const own = '[mod-port-symbol="' + port.symbol + '"]';
  const widget = icon.querySelector("[mod-role=input-control-port]" + own);
  if (!widget) {
    return;
  }
  const kind = widget.getAttribute("mod-widget");
  if (kind === "switch") {
    widget.classList.add(value ? "on" : "off");
  } else if (kind === "custom-select") {
    widget.querySelector('[mod-port-value="' + value + '"]').classList.add("selected");
  } else {
    const size = widget.clientWidth;
    const film = parseFloat(getComputedStyle(widget).backgroundSize.split(" ")[1]);
    const frame = Math.round(turnOf(port, value) * (FILM_WIDTH * film / FILM_HEIGHT / size - 1));
    widget.style.backgroundPosition = -frame * size + "px 0px";
  }
  const field = icon.querySelector("[mod-role=input-control-value]" + own);
  if (field) {
    field.textContent = valueText(port, value);
  }
}

/// Return the function in the script of a plugin, evaluated as MOD does
function scriptOf(effect) {
  let method;
  eval("method = " + effect.script);
  return method;
}

/// Return the pedal of a plugin in the page, and a function that sends it events
function newPedal(effect, values) {
  const namespace = { ns: "?uri=" + escape(effect.uri), cns: "_test" };
  const icon = document.createElement("div");
  icon.className = "mod-pedal";
  icon.innerHTML = render(effect.template, [Object.assign(
    { effect: effect, controls: effect.gui.ports }, effect.gui, namespace)]);

  for (const kind of ["audio", "cv", "midi"]) {
    for (const side of ["input", "output"]) {
      icon.querySelectorAll("[mod-role=" + side + "-" + kind + "-port]").forEach((port) =>
        port.classList.add("mod-" + kind + "-" + side));
    }
  }

  const script = scriptOf(effect);
  const sent = [];
  const data = {};
  const funcs = { patch_set: () => {}, patch_get: (...words) => sent.push(words) };
  function send(event) {
    script(Object.assign({ api_version: 3, icon: [icon], data: data }, event), funcs);
  }

  const inputs = effect.ports.control.input;
  const all = inputs.concat(effect.ports.control.output);
  const valueOf = (port) =>
    port.symbol in values ? values[port.symbol] : port.ranges.default;
  send({ type: "start", parameters: [],
         ports: all.map((port) => ({ symbol: port.symbol, value: valueOf(port) })) });
  document.body.appendChild(icon);
  inputs.forEach((port) => setWidget(icon, port, valueOf(port)));
  icon.style.width = icon.firstElementChild.offsetWidth + "px";
  send({ type: "change", symbol: ":bypass", value: 0 });
  return { icon: icon, send: send, sent: sent, data: data };
}
