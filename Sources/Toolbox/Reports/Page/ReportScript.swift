/// The script of a report's page, in parts.
enum ReportScript {
  static let drawing = [elements, axes, plots, bars, words, page]

  /// Draws the report that the page contains.
  static let startWithData = """
    showReport(document.getElementById("report"), JSON.parse(document.getElementById("data").textContent));
    """

  /// Makes elements; a text never becomes markup.
  private static let elements = #"""
    "use strict";
    const SVG = "http://www.w3.org/2000/svg";

    function add(node, children) {
      for (const child of children.flat(Infinity)) {
        if (child !== null && child !== undefined && child !== false) node.append(child);
      }
      return node;
    }
    function el(name, attributes, ...children) {
      const node = document.createElement(name);
      for (const [key, value] of Object.entries(attributes || {})) {
        if (key === "style") node.style.cssText = value;
        else if (value !== null && value !== undefined && value !== false) node.setAttribute(key, value);
      }
      return add(node, children);
    }
    function draw(name, attributes, ...children) {
      const node = document.createElementNS(SVG, name);
      for (const [key, value] of Object.entries(attributes || {})) {
        if (value !== null && value !== undefined) {
          node.setAttribute(key, typeof value === "number" ? Math.round(value * 100) / 100 : value);
        }
      }
      return add(node, children);
    }
    const label = (x, y, text, kind, anchor) =>
      draw("text", { x, y, class: kind || "", "text-anchor": anchor || "start" }, String(text));

    function marks(word) {
      if (["better", "enough"].includes(word)) return "good";
      if (word === "worse") return "bad";
      return word === "this" ? "this" : "ink";
    }

    // A text cut to a width, as far as the average character tells.
    function fitted(text, width) {
      const most = Math.max(4, Math.floor(width / 6.9));
      const characters = Array.from(text);
      return characters.length <= most ? text : characters.slice(0, most - 1).join("") + "…";
    }

    function chart(block, width, height, children) {
      const lines = (block.table ? block.table.rows : []).map((row) => row.filter(Boolean).join(", ")).slice(0, 12);
      const svg = draw("svg", {
        viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${block.title}. ${lines.join("; ")}`,
      }, children);
      return el("figure", null, svg);
    }
    """#

  /// Scales, ticks and axes.
  private static let axes = #"""
    function ticks(low, high, most) {
      const span = high - low || 1;
      const rough = span / Math.max(most, 1);
      const power = 10 ** Math.floor(Math.log10(rough));
      const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= rough * 0.999);
      const found = [];
      for (let at = Math.ceil(low / step - 1e-9) * step; at <= high + step * 1e-6; at += step) {
        found.push(Math.abs(at) < step * 1e-6 ? 0 : at);
      }
      return found;
    }
    function tickText(value) {
      if (value === 0) return "0";
      const text = String(Number(value.toPrecision(3)));
      return text.includes("e") ? value.toFixed(12).replace(/0+$/, "") : text;
    }
    function linear(low, high, from, to) {
      const span = high - low || 1;
      return (value) => from + ((value - low) / span) * (to - from);
    }
    function padded(values, share) {
      const low = Math.min(...values), high = Math.max(...values);
      const pad = (high - low || Math.abs(high) || 1) * share;
      return [low - pad, high + pad];
    }
    function bottomAxis(scale, marked, top, bottom, title, from, to, format) {
      return [
        marked.map((value) => draw("line", { x1: scale(value), x2: scale(value), y1: top, y2: bottom, class: "grid" })),
        marked.map((value) => label(scale(value), bottom + 16, (format || tickText)(value), "soft", "middle")),
        label((from + to) / 2, bottom + 36, title, "soft", "middle"),
      ];
    }
    """#

  /// The page: its head, its sections, and what keeps it drawn.
  private static let page = #"""
    const drawings = {
      intervals: intervalPlot, scatter: scatterPlot, bars: barChart, shares: shareChart,
      confusion: (block) => confusionTable(block), texts: (block) => items(block),
      difference: (block) => longDifference(block), table: (block) => table(block.table, block.title),
      figures: (block) => keyFigures(block),
    };
    const drawnBySize = ["intervals", "scatter", "bars", "shares"];
    let redraws = [], isPrinting = false;

    function redrawAll() {
      redraws.forEach((redraw) => redraw());
      // Only a table that does not fit needs the keyboard to scroll it.
      for (const table of document.querySelectorAll(".scroll")) {
        const fits = table.scrollWidth <= table.clientWidth;
        for (const [name, value] of [["tabindex", "0"], ["role", "region"], ["aria-label", table.dataset.name]]) {
          if (fits) table.removeAttribute(name); else table.setAttribute(name, value);
        }
      }
    }

    function drawn(block) {
      const holder = el("div", { class: "block" });
      if (!drawnBySize.includes(block.kind)) return add(holder, [drawings[block.kind](block)]);
      let last = 0;
      const redraw = () => {
        const width = isPrinting ? 660 : Math.round(holder.clientWidth) || 640;
        if (width === last) return;
        last = width;
        holder.replaceChildren(drawings[block.kind](block, width));
      };
      redraws.push(redraw);
      return add(el("div"), [
        holder,
        el("details", { class: "data" }, el("summary", null, "The figures of this chart",
          el("span", { class: "unseen" }, `: ${block.title}`)), table(block.table, block.title)),
      ]);
    }

    function sectionOf(section, index) {
      return el("section", { id: `s${index}`, "aria-labelledby": `h${index}` },
        el("h2", { id: `h${index}` }, section.title),
        section.note && el("p", { class: "note" }, section.note),
        section.blocks.map((block) => [
          block.title !== section.title && block.kind !== "figures" && el("h3", null, block.title), drawn(block),
        ]));
    }

    function finding({ word, sentence }, index, report) {
      const kind = word ? { good: "better", bad: "worse" }[marks(word)] || "" : index > 0 ? "minor" : "";
      return el("p", { class: `finding ${kind}` }, word && el("b", null, word.replaceAll("_", " ")), sentence);
    }

    function showReport(place, report, extra) {
      redraws = [];
      place.replaceChildren(
        el("header", null, el("p", { class: "kind" }, report.kind), el("h1", null, report.title),
          el("p", { class: "subtitle" }, report.subtitle),
          report.sections.length > 1 && el("nav", { "aria-label": "Sections" }, el("ul", null,
            report.sections.map((section, index) => el("li", null, el("a", { href: `#s${index}` }, section.title)))))),
        el("main", null,
          report.warnings.length > 0 && el("section", { class: "warnings", "aria-labelledby": "warnings" },
            el("h2", { id: "warnings" }, report.warnings.length === 1 ? "Warning" : `${report.warnings.length} warnings`),
            el("ul", null, report.warnings.map((text) => el("li", null, text)))),
          el("section", { class: "findings", "aria-label": "Verdict" },
            report.findings.map((one, index) => finding(one, index, report))),
          extra, report.sections.map(sectionOf)));
      redrawAll();
    }

    let waiting = 0;
    addEventListener("resize", () => {
      cancelAnimationFrame(waiting);
      waiting = requestAnimationFrame(redrawAll);
    });
    // Paper shows all rows, whichever are open.
    let closed = [];
    addEventListener("beforeprint", () => {
      closed = [...document.querySelectorAll("details.item:not([open])")];
      closed.forEach((item) => { item.open = true; });
      isPrinting = true;
      redrawAll();
    });
    addEventListener("afterprint", () => {
      closed.forEach((item) => { item.open = false; });
      isPrinting = false;
      redrawAll();
    });
    // A table that was out of sight has no size until it is opened.
    document.addEventListener("toggle", redrawAll, true);
    """#
}
