// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC
//
// As much of MOD's web interface as a pedal needs, as that does it: the templates
// of Mustache, widgets, fields that people type into, events for the script, and
// a server that ends the connection of a page that asks for a plugin that is gone.

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

/// Return how MOD writes numbers of a port
function formatOf(port) {
  return port.properties.includes("integer") ? port.render : port.render.replace("%f", "%.2f");
}

/// Return a number as MOD writes it
function numberText(port, value) {
  return formatOf(port).replace("%.2f", value.toFixed(2)).replace("%f", Math.trunc(value));
}

function valueText(port, value) {
  const text = numberText(port, value);
  const point = port.scalePoints.find((p) => numberText(port, p.value) === text);
  return point ? point.label : text;
}

/// Return how far a knob is turned, from 0 to 1
function turnOf(port, value) {
  const range = port.ranges;
  if (port.properties.includes("logarithmic")) {
    return Math.log(value / range.minimum) / Math.log(range.maximum / range.minimum);
  }
  return (value - range.minimum) / (range.maximum - range.minimum);
}

/// Show a value in a widget
function setWidget(widget, port, value) {
  const kind = widget.getAttribute("mod-widget");
  if (kind === "switch") {
    widget.classList.toggle("on", value !== port.ranges.minimum);
    widget.classList.toggle("off", value === port.ranges.minimum);
  } else if (kind === "custom-select") {
    widget.querySelectorAll("[mod-port-value]").forEach((option) =>
      option.classList.toggle("selected", Number(option.getAttribute("mod-port-value")) === value));
  } else {
    const style = getComputedStyle(widget);
    const size = Math.round(parseFloat(style.width));
    const film = parseInt(style.backgroundSize.split(" ")[1] || 0) || FILM_HEIGHT;
    const steps = Math.max(1, Math.round(film * FILM_WIDTH / (size * FILM_HEIGHT)) - 1);
    widget.style.backgroundPosition = -Math.round(turnOf(port, value) * steps) * size + "px 0px";
  }
}

/// Let people type a number into a field
function setUpField(field, port, control, setValue) {
  field.setAttribute("contenteditable", true);
  field.addEventListener("focus", () => {
    field.textContent = numberText(port, control.value);
  });
  field.addEventListener("blur", () => {
    const value = parseFloat(field.textContent);
    if (isNaN(value)) {
      field.textContent = numberText(port, control.value);
    }
    setValue(Math.min(Math.max(isNaN(value) ? control.value : value, port.ranges.minimum),
                      port.ranges.maximum));
  });
}

/// Return the function in the script of a plugin, evaluated as MOD does
function scriptOf(effect) {
  let method;
  eval("method = " + effect.script);
  return method;
}

function elementOf(className, html) {
  const element = document.createElement("div");
  element.className = className;
  element.innerHTML = html;
  return element;
}

function iconOf(effect) {
  const namespace = { ns: "?uri=" + escape(effect.uri), cns: "_test" };
  const icon = elementOf("mod-pedal", render(effect.template, [Object.assign(
    { effect: effect, controls: effect.gui.ports }, effect.gui, namespace)]));
  for (const kind of ["audio", "cv", "midi"]) {
    for (const side of ["input", "output"]) {
      icon.querySelectorAll("[mod-role=" + side + "-" + kind + "-port]").forEach((port) => {
        port.classList.add("mod-" + side, "mod-" + kind + "-" + side, side + "-disconnected");
        if (side === "output") {
          port.appendChild(elementOf("mod-output-jack jack-disconnected", ""));
        }
      });
    }
  }
  return icon;
}

/// Return the window that the gear of a pedal opens, with a knob for each control
function settingsOf(effect) {
  const shown = effect.ports.control.input.filter((port) =>
    !port.properties.includes("notOnGUI"));
  const knobs = shown.map((port) => {
    const own = 'mod-port-symbol="' + port.symbol + '"></span>';
    return '<span mod-role="input-control-minimum" ' + own +
      '<span mod-role="input-control-maximum" ' + own +
      '<span mod-role="input-control-value" ' + own;
  });
  const settings = elementOf("mod-settings", knobs.join(""));
  for (const end of ["minimum", "maximum"]) {
    shown.forEach((port) => {
      settings.querySelector("[mod-role=input-control-" + end + '][mod-port-symbol="' +
        port.symbol + '"]').textContent = port.render.replace("%f", port.ranges[end]);
    });
  }
  return settings;
}

function toggle(list) {
  list.style.display = getComputedStyle(list).display === "none" ? "block" : "none";
}

/// What is at the other end of the page's connection
class Server {
  constructor() {
    this.isOpen = true;
    this.instances = new Set();
    this.requests = [];
  }

  receive(request, instance) {
    this.requests.push([request, instance]);
    this.isOpen = this.isOpen && this.instances.has(instance);
  }
}

const server = new Server();
let nPedals = 0;

/// One plugin in the page
class Pedal {
  constructor(effect) {
    this.effect = effect;
    this.instance = "/graph/" + effect.uri.split(":").pop() + "_" + nPedals++;
    this.script = scriptOf(effect);
    this.sent = [];
    this.data = {};
    this.icon = iconOf(effect);
    this.settings = settingsOf(effect);
    this.controls = {};
    server.instances.add(this.instance);
    effect.ports.control.input.forEach((port) => this.addControl(port));
    this.setUpFiles();
    const note = (request) => (...words) => {
      this.sent.push([request].concat(words));
      server.receive(request, this.instance);
    };
    this.funcs = { patch_get: note("patch_get"), patch_set: note("patch_set"),
                   set_port_value: note("param_set") };
  }

  addControl(port) {
    const own = '[mod-port-symbol="' + port.symbol + '"]';
    const roots = [this.icon, this.settings];
    const all = (role) => roots.flatMap((root) =>
      Array.from(root.querySelectorAll("[mod-role=" + role + "]" + own)));
    const control = this.controls[port.symbol] = {
      port: port, value: port.ranges.default,
      widgets: all("input-control-port"), fields: all("input-control-value") };
    control.widgets.forEach((widget) => this.setUpWidget(widget, port));
    if (!["enumeration", "toggled", "trigger"].some((p) => port.properties.includes(p))) {
      control.fields.forEach((field) => setUpField(field, port, control,
        (value) => this.setPort(port.symbol, value)));
    }
    control.fields.forEach((field) => { field.textContent = valueText(port, control.value); });
  }

  setUpWidget(widget, port) {
    const list = widget.querySelector(".mod-enumerated-list");
    if (!list) {
      return;
    }
    widget.addEventListener("click", () => toggle(list));
    list.querySelectorAll("[mod-port-value]").forEach((option) => {
      option.addEventListener("click", () =>
        this.setPort(port.symbol, Number(option.getAttribute("mod-port-value"))));
    });
  }

  /// Let people choose a file, as far as that shows
  setUpFiles() {
    this.icon.querySelectorAll("[mod-widget=custom-select-path]").forEach((widget) => {
      const list = widget.querySelector(".mod-enumerated-list");
      const field = widget.querySelector("[mod-role=input-parameter-value]");
      widget.addEventListener("click", () => toggle(list));
      list.querySelectorAll("[mod-parameter-value]").forEach((option) => {
        option.addEventListener("click", () => { field.textContent = option.textContent; });
      });
    });
  }

  send(event) {
    this.script(Object.assign({ api_version: 3, icon: [this.icon], settings: [this.settings],
                                data: this.data }, event), this.funcs);
  }

  start() {
    const ports = Object.values(this.controls).map((control) =>
      ({ symbol: control.port.symbol, value: control.value }));
    const outputs = this.effect.ports.control.output.map((port) =>
      ({ symbol: port.symbol, value: port.ranges.default }));
    this.send({ type: "start", parameters: [],
                ports: [{ symbol: ":bypass", value: 0 }].concat(ports, outputs) });
  }

  /// Show a value, whoever set it
  showPort(symbol, value) {
    const control = this.controls[symbol];
    if (control) {
      control.value = value;
      control.widgets.forEach((widget) => setWidget(widget, control.port, value));
      control.fields.forEach((field) => {
        field.textContent = valueText(control.port, value);
      });
    }
    this.send({ type: "change", symbol: symbol, value: value });
  }

  /// Take what someone sets in the page
  setPort(symbol, value) {
    if (this.controls[symbol].value !== value) {
      this.showPort(symbol, value);
    }
  }

  /// Take the plugin away, which the page hears of later
  lose() {
    server.instances.delete(this.instance);
  }

  end() {
    this.lose();
    this.send({ type: "end" });
    this.icon.remove();
  }
}

/// Make an icon as large as its pedal is inside of its line
function setSize(icon) {
  const inside = icon.firstElementChild;
  icon.style.width = inside.clientWidth + "px";
  icon.style.height = inside.clientHeight + "px";
}

/// Return the pedal of a plugin in the page, where the host reports some values
function newPedal(effect, values) {
  const pedal = new Pedal(effect);
  pedal.start();
  document.body.appendChild(pedal.icon);
  Object.values(pedal.controls).forEach((control) => control.widgets.forEach(
    (widget) => setWidget(widget, control.port, control.value)));
  setSize(pedal.icon);
  Object.entries(values).forEach(([symbol, value]) => pedal.showPort(symbol, value));
  pedal.send({ type: "change", symbol: ":bypass", value: 0 });
  return pedal;
}
