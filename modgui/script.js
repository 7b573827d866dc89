// Copyright 2026 The lmu.lv2 Authors
// SPDX-License-Identifier: ISC
//
// The picture of the window, the numbers below it, and percent where people
// think in percent.  MOD's web interface evaluates this file as an expression,
// and calls the function that it gives with each event: "start", "change" of a
// port or property, "end".
//
// The plugin sends its memory as the property modView: an array of theta in
// seconds, the order at work, and the first coefficients in the paper's scaling,
// which is Voelker et al., "Legendre Memory Units" (2019).  All that comes is
// untrusted.
//
// Nothing here asks the plugin: MOD's server ends the connection of a page that
// asks for a plugin that is gone, and no page knows in time which those are.

(function () {
  "use strict";

  const VIEW_URI = "urn:lmu-lv2:modView";
  const FILE_URI = "urn:lmu-lv2:weights";
  const NO_FILE = "Choose a file"; // As in file.html.in
  const MAX_NUMBERS = 24; // Coefficients of a view
  const MAX_VALUE = 1e6; // What plugins keep to, of either sign
  const MAX_THETA = 3600; // [s]
  const N_TAPS = 4;
  const TAP_MARGIN = 1.1; // How much longer a delay's memory is than its window
  const OFF_DB = -60; // A gain that the plugins call off
  const FADE = 0.9; // Of the scale from view to view, so that it does not jump
  const LEAST_SCALE = 0.01; // Silence stays a line
  const DRAW_AGAIN_MS = 100; // When MOD has put a new pedal on its board

  // Ports with <urn:lmu-lv2:unit:part>: MOD shows 0.35, which is 35 %
  const PARTS = /^(cond[1-4]|feedback|level|lfo_depth|lfo_spread|mix|position|tap[1-4]_position)$/;

  // As in ui/theme.c
  const GRID = "#2a333d";
  const MUTED = "#9aa7b4";
  const TEXT = "#eef2f6";
  const ESTIMATE = "#5cb8ff";
  const ERROR = "#ff9a4d";
  const FONT_SIZE = "11px";

  function isNumber(value) {
    return typeof value === "number" && isFinite(value);
  }

  function limited(value, least, greatest) {
    return Math.min(Math.max(value, least), greatest);
  }

  /// Return what a property says of the memory, or null if it makes no sense
  function readView(value) {
    if (!Array.isArray(value) || value.length < 3) {
      return null;
    }

    const theta = value[0];
    const order = value[1];
    if (!isNumber(theta) || theta <= 0 || theta > MAX_THETA ||
        !isNumber(order) || order < 1 || order > MAX_VALUE) {
      return null;
    }

    return {
      theta: theta,
      order: Math.round(order),
      numbers: Array.from(value.slice(2, 2 + MAX_NUMBERS), function (number) {
        return isNumber(number) ? limited(number, -MAX_VALUE, MAX_VALUE) : 0;
      })
    };
  }

  /// Return the sum of c_n P_n(2r - 1), where r is 0 for now and 1 for the oldest
  function valueAt(numbers, r) {
    const x = 2 * r - 1;
    let sum = 0;
    let last = 0;
    let polynomial = 1;
    for (let n = 0; n < numbers.length; ++n) {
      const next = ((2 * n + 1) * x * polynomial - n * last) / (n + 1);
      sum += numbers[n] * polynomial;
      last = polynomial;
      polynomial = next;
    }
    return sum;
  }

  function greatest(values) {
    return values.reduce(function (most, value) {
      return Math.max(most, Math.abs(value));
    }, 0);
  }

  /// Return where ports read the window: place from 0 to 1, loudness too
  function readMarks(ports) {
    const marks = [];
    if (isNumber(ports.position)) {
      marks.push({ place: limited(ports.position, 0, 1), level: 1 });
    }
    for (let i = 1; i <= N_TAPS; ++i) {
      const place = ports["tap" + i + "_position"];
      const gain = ports["tap" + i + "_gain"];
      if (isNumber(place) && isNumber(gain)) {
        marks.push({
          place: limited(place, 0, 1) / TAP_MARGIN,
          level: limited((gain - OFF_DB) / -OFF_DB, 0, 1)
        });
      }
    }
    return marks;
  }

  function timeText(seconds) {
    return seconds >= 1 ? seconds.toFixed(2) + " s" :
      (1000 * seconds).toPrecision(3) + " ms";
  }

  function viewText(view) {
    const drawn = view.numbers.length;
    return view.order > drawn ?
      "Order " + view.order + ", the slowest " + drawn : "Order " + view.order;
  }

  function drawLine(pen, color, x0, y0, x1, y1) {
    pen.strokeStyle = color;
    pen.beginPath();
    pen.moveTo(x0, y0);
    pen.lineTo(x1, y1);
    pen.stroke();
  }

  function drawText(pen, text, x, y, align) {
    pen.fillStyle = MUTED;
    pen.textAlign = align;
    pen.textBaseline = "alphabetic";
    pen.fillText(text, x, y);
  }

  /// Draw the window as far as it is in the coefficients, now at the right
  function drawWindow(pen, area, state) {
    const numbers = state.view.numbers;
    const values = [];
    for (let x = 0; x <= area.width; ++x) {
      values.push(valueAt(numbers, 1 - x / area.width));
    }
    state.scale = Math.max(greatest(values), FADE * state.scale, LEAST_SCALE);

    const middle = area.top + area.height / 2;
    const height = 0.48 * area.height / state.scale;
    pen.strokeStyle = ESTIMATE;
    pen.lineWidth = 1.5;
    pen.lineJoin = "round";
    pen.beginPath();
    values.forEach(function (value, x) {
      pen.lineTo(area.left + x, middle - height * value);
    });
    pen.stroke();
    pen.lineWidth = 1;
  }

  /// Draw where ports read the window
  function drawMarks(pen, area, marks) {
    marks.forEach(function (mark) {
      const x = area.left + area.width * (1 - mark.place);
      pen.globalAlpha = 0.25 + 0.75 * mark.level;
      drawLine(pen, TEXT, x, area.top, x, area.top + area.height);
      pen.fillStyle = TEXT;
      pen.beginPath();
      pen.arc(x, area.top + 4, 2 + 2 * mark.level, 0, 2 * Math.PI);
      pen.fill();
    });
    pen.globalAlpha = 1;
  }

  /// Draw the coefficients, the slowest at the left
  function drawBars(pen, area, numbers) {
    const most = Math.max(greatest(numbers), LEAST_SCALE);
    const middle = area.top + area.height / 2;
    const step = area.width / Math.max(numbers.length, 8);
    numbers.forEach(function (number, n) {
      const height = 0.5 * area.height * number / most;
      pen.fillStyle = number < 0 ? ERROR : ESTIMATE;
      pen.fillRect(area.left + n * step + 0.15 * step, Math.min(middle, middle - height),
                   0.7 * step, Math.abs(height));
    });
  }

  /// Return a pen for a canvas that is as sharp as the screen
  function newPen(canvas, width, height) {
    const ratio = limited(window.devicePixelRatio || 1, 1, 3);
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);

    const pen = canvas.getContext("2d");
    if (pen) {
      pen.scale(ratio, ratio);
      pen.font = FONT_SIZE + " " + getComputedStyle(canvas).fontFamily;
    }
    return pen;
  }

  /// Draw all that is known
  function draw(state) {
    const width = state.canvas.clientWidth || 300;
    const height = state.canvas.clientHeight || 150;
    const pen = newPen(state.canvas, width, height);
    if (!pen) {
      return;
    }

    const split = Math.round(0.64 * height);
    const above = { left: 10, top: 10, width: width - 20, height: split - 30 };
    const below = { left: 10, top: split + 8, width: width - 20, height: height - split - 16 };
    drawLine(pen, GRID, 10, above.top + above.height / 2, width - 10,
             above.top + above.height / 2);
    drawLine(pen, GRID, 10, below.top + below.height / 2, width - 10,
             below.top + below.height / 2);
    drawText(pen, "now", width - 10, split - 4, "right");
    if (state.view) {
      drawText(pen, timeText(state.view.theta) + " ago", 10, split - 4, "left");
      drawText(pen, viewText(state.view), width / 2, split - 4, "center");
      drawWindow(pen, above, state);
      drawBars(pen, below, state.view.numbers);
    } else {
      drawText(pen, "Waiting for sound", width / 2, split - 4, "center");
    }
    drawMarks(pen, above, readMarks(state.ports));
  }

  function percentText(part, n_decimals) {
    return Number((100 * part).toFixed(n_decimals)) + " %";
  }

  /// Return a number of an output with its unit
  function numberText(value, unit) {
    switch (unit) {
    case "hz":
      return value >= 1000 ? (value / 1000).toFixed(2) + " kHz" : value.toFixed(0) + " Hz";
    case "ms":
      return timeText(value / 1000);
    case "s":
      return value.toFixed(0) + " s";
    case "db":
      return value.toFixed(1) + " dB";
    case "part":
      return percentText(value, 0);
    default:
      return value.toFixed(0);
    }
  }

  /// Show the word for a value, or none
  function showWord(element, value) {
    const words = element.querySelectorAll("[data-lmu-value]");
    for (let i = 0; i < words.length; ++i) {
      const isNow = Number(words[i].getAttribute("data-lmu-value")) === Math.round(value);
      words[i].classList.toggle("lmu-now", isNow);
    }
  }

  function showReading(icon, symbol, value) {
    const element = /^\w+$/.test(symbol) &&
      icon.querySelector('[data-lmu-port="' + symbol + '"]');
    if (!element) {
      return;
    }

    const unit = element.getAttribute("data-lmu-unit");
    if (unit === "word") {
      showWord(element, value);
    } else {
      element.textContent = numberText(limited(value, -MAX_VALUE, MAX_VALUE), unit);
    }
  }

  /// Show the name of a file, which MOD does for files of its own list alone
  function showFile(icon, path) {
    const field = icon.querySelector(
      '[mod-role="input-parameter-value"][mod-parameter-uri="' + FILE_URI + '"]');
    if (field && typeof path === "string") {
      field.textContent = path.split("/").pop() || NO_FILE;
    }
  }

  /* Fields that show parts, which MOD lets people type into */

  /// Return the fields of a role in the pedal, and in MOD's settings of it
  function fieldsOf(state, role, symbol) {
    const fields = state.roots.map(function (root) {
      return Array.from(root.querySelectorAll(
        '[mod-role="' + role + '"][mod-port-symbol="' + symbol + '"]'));
    });
    return [].concat.apply([], fields);
  }

  /// Show a part in percent, but where someone types
  function showPart(state, symbol) {
    fieldsOf(state, "input-control-value", symbol).forEach(function (field) {
      if (field !== document.activeElement) {
        field.textContent = percentText(state.ports[symbol], 1);
      }
    });
  }

  /// Show the ends of the range of a part, which MOD has written once
  function showEnds(state, symbol) {
    ["input-control-minimum", "input-control-maximum"].forEach(function (role) {
      fieldsOf(state, role, symbol).forEach(function (field) {
        const end = parseFloat(field.textContent);
        if (isNumber(end) && field.textContent.indexOf("%") < 0) {
          field.textContent = percentText(end, 0);
        }
      });
    });
  }

  /// Call a function with the symbol and field of an event, if it shows a part
  function forPart(state, event, action) {
    const field = event.target;
    const symbol = field.getAttribute && field.getAttribute("mod-port-symbol");
    if (symbol && field.getAttribute("mod-role") === "input-control-value" &&
        PARTS.test(symbol) && isNumber(state.ports[symbol]) && !state.isOver) {
      action(symbol, field);
    }
  }

  /// Let people type percent: MOD writes the part at focus, reads it at blur
  function listen(state, root) {
    root.addEventListener("focusin", function (event) {
      forPart(state, event, function (symbol, field) {
        field.textContent = percentText(state.ports[symbol], 1).replace(" %", "");
      });
    });
    root.addEventListener("blur", function (event) {
      forPart(state, event, function (symbol, field) {
        const percent = parseFloat(field.textContent.replace(",", "."));
        field.textContent = isNumber(percent) ? percent / 100 : "";
      });
    }, true);
    root.addEventListener("focusout", function (event) {
      forPart(state, event, function (symbol, field) {
        field.textContent = percentText(state.ports[symbol], 1);
      });
    });
  }

  /* Events */

  function setPort(state, symbol, value) {
    if (typeof symbol === "string" && isNumber(value)) {
      state.ports[symbol] = value;
      showReading(state.icon, symbol, value);
      if (PARTS.test(symbol)) {
        showPart(state, symbol);
      }
    }
  }

  function start(event) {
    const icon = event.icon && event.icon[0];
    const canvas = icon && icon.querySelector(".lmu-canvas");
    if (!canvas) {
      return;
    }

    end(event);
    const settings = event.settings && event.settings[0];
    const state = event.data.lmu = {
      icon: icon,
      roots: settings ? [icon, settings] : [icon],
      canvas: canvas,
      ports: Object.create(null),
      view: null,
      scale: 0,
      timer: null,
      isOver: false
    };
    (Array.isArray(event.ports) ? event.ports : []).forEach(function (port) {
      setPort(state, port && port.symbol, port && port.value);
    });
    Object.keys(state.ports).forEach(function (symbol) {
      if (PARTS.test(symbol)) {
        showEnds(state, symbol);
      }
    });
    state.roots.forEach(function (root) { listen(state, root); });
    draw(state);
    state.timer = setTimeout(function () { draw(state); }, DRAW_AGAIN_MS);
  }

  function end(event) {
    if (event.data.lmu) {
      clearTimeout(event.data.lmu.timer);
      event.data.lmu.isOver = true;
      delete event.data.lmu;
    }
  }

  function change(event, state) {
    if (event.uri === VIEW_URI) {
      const view = readView(event.value);
      if (!view) {
        return;
      }
      state.view = view;
    } else if (event.uri === FILE_URI) {
      showFile(state.icon, event.value);
    } else if (event.uri === undefined) {
      setPort(state, event.symbol, event.value);
    }
    draw(state);
  }

  return function (event) {
    if (!event || !event.data) {
      return;
    }

    if (event.type === "start") {
      start(event);
    } else if (event.type === "change" && event.data.lmu) {
      change(event, event.data.lmu);
    } else if (event.type === "end") {
      end(event);
    }
  };
}())
