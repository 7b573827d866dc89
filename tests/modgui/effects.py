# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC

"""What MOD's web interface knows of each plugin, from the Turtle of a bundle."""

import pathlib
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))

from turtle_file import RDF_TYPE, RDFS, read_files  # noqa: E402

ATOM = "http://lv2plug.in/ns/ext/atom#"
DOAP = "http://usefulinc.com/ns/doap#"
FOAF = "http://xmlns.com/foaf/0.1/"
LV2 = "http://lv2plug.in/ns/lv2core#"
MOD = "http://moddevices.com/ns/mod#"
MODGUI = "http://moddevices.com/ns/modgui#"
PATCH = "http://lv2plug.in/ns/ext/patch#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
UNITS = "http://lv2plug.in/ns/extensions/units#"

# How MOD writes numbers with the units of LV2
RENDERS = {"s": "%f s", "ms": "%f ms", "db": "%f dB", "hz": "%f Hz", "oct": "%f octaves",
           "coef": "* %f", "frame": "%f frames", "pc": "%f%%"}

# What people may call their files
FILES = ("clean.safetensors", "Übergrößenträgerverstärker für Bässe, 音楽家.safetensors",
         "x" * 240 + ".safetensors")

# How many bytes of a name MOD shows in the list of plugins, where it cuts the rest
BRAND_BYTES = 16
LABEL_BYTES = 24


def cut(text, n_bytes):
    """Return the first bytes of a text."""
    return text.encode()[:n_bytes].decode(errors="replace")


class Bundle:
    """The plugins of a bundle."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        files = sorted(self.folder.glob("*.ttl"))
        self.graph = read_files([f for f in files if f.name != "vocabulary.ttl"])

    def all(self, subject, predicate):
        """Return all objects."""
        return self.graph.get(subject, {}).get(predicate, [])

    def one(self, subject, predicate, default=None):
        """Return the object, of which there is at most one."""
        objects = self.all(subject, predicate)
        assert len(objects) <= 1, (subject, predicate, objects)
        return objects[0] if objects else default

    def plugins(self):
        """Return the URIs of all plugins."""
        return sorted(uri for uri in self.graph if self.all(uri, LV2 + "binary")
                      and LV2 + "Plugin" in self.all(uri, RDF_TYPE))

    def unit(self, port):
        """Return how to write a number of a port."""
        unit = self.one(port, UNITS + "unit", "")
        if unit.startswith(UNITS):
            return RENDERS[unit[len(UNITS):]]
        return self.one(unit, UNITS + "render", "%f")

    def port(self, node):
        """Return a port."""
        points = [{"value": self.one(point, RDF + "value"),
                   "label": self.one(point, RDFS + "label")}
                  for point in self.all(node, LV2 + "scalePoint")]
        return {
            "symbol": self.one(node, LV2 + "symbol"),
            "name": self.one(node, LV2 + "name"),
            "index": self.one(node, LV2 + "index"),
            "properties": [uri.split("#")[1]
                           for uri in self.all(node, LV2 + "portProperty")],
            "scalePoints": sorted(points, key=lambda point: point["value"]),
            "ranges": {key: self.one(node, LV2 + key)
                       for key in ("default", "minimum", "maximum")},
            "render": self.unit(node),
            "unit": self.one(node, UNITS + "unit", ""),
        }

    def ports(self, plugin):
        """Return the ports by kind and side, MIDI left out as there is none."""
        result = {kind: {"input": [], "output": []}
                  for kind in ("audio", "control", "cv", "midi")}
        kinds = {LV2 + "AudioPort": "audio", LV2 + "ControlPort": "control",
                 MOD + "CVPort": "cv"}  # LV2's own CV ports are not shown
        for node in self.all(plugin, LV2 + "port"):
            types = self.all(node, RDF_TYPE)
            side = "input" if LV2 + "InputPort" in types else "output"
            for kind in kinds.keys() & set(types):
                result[kinds[kind]][side].append(self.port(node))
        for sides in result.values():
            for ports in sides.values():
                ports.sort(key=lambda port: port["index"])
        return result

    def parameters(self, plugin):
        """Return the files that a plugin takes, where MOD has two to offer."""
        result = []
        for uri in self.all(plugin, PATCH + "writable"):
            types = self.one(uri, MOD + "fileTypes")
            if types and self.one(uri, RDFS + "range") == ATOM + "Path":
                result.append({
                    "uri": uri, "label": self.one(uri, RDFS + "label"),
                    "fileTypes": types.split(","), "path": True,
                    "files": [{"fullname": f"/data/{name}", "basename": name}
                              for name in FILES],
                })
        return result

    def gui(self, plugin):
        """Return what the plugin says of its web interface."""
        node = self.one(plugin, MODGUI + "gui")
        assert node, f"{plugin} has no modgui"
        result = {key: self.one(node, MODGUI + key)
                  for key in ("brand", "label", "iconTemplate", "stylesheet",
                              "javascript", "screenshot", "thumbnail",
                              "resourcesDirectory")}
        result["ports"] = sorted(
            ({"symbol": self.one(port, LV2 + "symbol"),
              "name": self.one(port, LV2 + "name"),
              "index": self.one(port, LV2 + "index")}
             for port in self.all(node, MODGUI + "port")),
            key=lambda port: port["index"])
        result["monitoredOutputs"] = [
            self.one(output, LV2 + "symbol")
            for output in self.all(node, MODGUI + "monitoredOutputs")]
        return result

    def author(self, plugin):
        """Return the name of who wrote a plugin."""
        maintainer = self.one(self.one(plugin, LV2 + "project"), DOAP + "maintainer")
        return self.one(maintainer, FOAF + "name")

    def effect(self, plugin):
        """Return a plugin, as MOD's web interface has it."""
        brand = self.one(plugin, MOD + "brand") or self.author(plugin)
        label = self.one(plugin, MOD + "label") or self.one(plugin, DOAP + "name")
        return {"uri": plugin, "ports": self.ports(plugin),
                "name": self.one(plugin, DOAP + "name"),
                "brand": cut(brand, BRAND_BYTES), "label": cut(label, LABEL_BYTES),
                "parameters": self.parameters(plugin), "gui": self.gui(plugin)}

    def effects(self):
        """Return all plugins."""
        return [self.effect(plugin) for plugin in self.plugins()]

    def text(self, path):
        """Return the text of a file that the Turtle names."""
        return (self.folder / path).read_text(encoding="utf-8")
