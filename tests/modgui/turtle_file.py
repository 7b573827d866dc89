# Copyright 2026 The lmu.lv2 Authors
# SPDX-License-Identifier: ISC

"""Read Turtle, as far as the bundle uses it: no collections, no long strings."""

import itertools
import re

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"

TOKEN = re.compile(
    r"""(?P<comment>\#[^\n]*)|(?P<text>"(?:[^"\\]|\\.)*")|(?P<uri><[^>]*>)"""
    r"""|(?P<mark>[][;,]|\.(?=\s|$))|(?P<name>[^\s\[\];,]+)""")


def tokens_of(text):
    """Yield (kind, token) but comments."""
    for match in TOKEN.finditer(text):
        if match.lastgroup != "comment":
            yield match.lastgroup, match[0]


class Reader:
    """Adds triples to a graph: {subject: {predicate: [object]}}."""

    blanks = itertools.count()

    def __init__(self, graph, text):
        self.graph = graph
        self.prefixes = {}
        self.tokens = list(tokens_of(text)) + [("end", "")]
        self.place = 0

    def next(self):
        """Return the next token."""
        self.place += 1
        return self.tokens[self.place - 1]

    def peek(self):
        """Return the text of the next token, without taking it."""
        return self.tokens[self.place][1]

    def expect(self, mark):
        """Take a mark."""
        token = self.next()[1]
        if token != mark:
            raise ValueError(f"expected {mark}, not {token}")

    def read(self):
        """Read all statements."""
        while self.tokens[self.place][0] != "end":
            if self.peek() == "@prefix":
                self.next()
                name, uri = self.next()[1], self.next()[1]
                self.prefixes[name[:-1]] = uri[1:-1]
            else:
                self.properties(self.node(), ".")
            self.expect(".")

    def properties(self, subject, end):
        """Read what is said of a subject."""
        while self.peek() not in (end, "]"):
            kind, token = self.next()
            predicate = RDF_TYPE if token == "a" else self.value(kind, token)
            objects = self.graph.setdefault(subject, {}).setdefault(predicate, [])
            objects.append(self.node())
            while self.peek() == ",":
                self.next()
                objects.append(self.node())
            if self.peek() == ";":
                self.next()

    def node(self):
        """Read a subject or object."""
        kind, token = self.next()
        if token != "[":
            return self.value(kind, token)
        blank = f"_:{next(self.blanks)}"
        self.graph[blank] = {}
        self.properties(blank, "]")
        self.expect("]")
        return blank

    def value(self, kind, token):
        """Return what a token means."""
        if kind == "uri":
            return token[1:-1]
        if kind == "text":
            return token[1:-1].replace('\\"', '"')
        if re.fullmatch(r"[-+.\d][-+.\deE]*", token):
            return float(token)
        prefix, name = token.split(":", 1)
        return self.prefixes[prefix] + name


def read_files(paths):
    """Return the graph of all files."""
    graph = {}
    for path in paths:
        try:
            Reader(graph, path.read_text(encoding="utf-8")).read()
        except (IndexError, KeyError, ValueError) as error:
            raise ValueError(f"{path}: {error!r}") from error
    return graph
