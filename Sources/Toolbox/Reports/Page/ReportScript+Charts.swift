extension ReportScript {
  /// The interval plot, and cost against score.
  static let plots = #"""
    function intervalPlot(block, width) {
      const narrow = width < 560;
      const rowHeight = narrow ? 48 : 34, top = 6;
      const left = narrow ? 4 : Math.min(300, width * 0.34), right = narrow ? width - 8 : width - 150;
      const bottom = top + rowHeight * block.points.length;
      const known = block.points.flatMap((point) => [point.mean, point.low, point.high]).filter((v) => v !== null);
      const [low, high] = block.bounds || padded(known.concat(block.zero ? [0] : []), 0.06);
      const scale = linear(low, high, left + 6, right - 6);
      const lines = block.points.map((point, index) => {
        const y = top + rowHeight * index + (narrow ? 34 : rowHeight / 2);
        const kind = marks(point.mark);
        const value = point.mean === null ? point.text : `${point.text} (${point.interval})`;
        return draw("g", null,
          draw("title", null, `${point.name}${point.note ? `, ${point.note}` : ""}: ${value}`),
          narrow
            ? [label(0, y - 16, fitted(point.name, width - 150), "halo strong"),
               label(width, y - 16, value.replace(/ \(level.*/, ")"), "halo soft", "end")]
            : [label(0, y + (point.note ? -3 : 4), fitted(point.name, left - 12), "strong"),
               point.note && label(0, y + 12, fitted(point.note, left - 12), "soft"),
               label(width, y + 4, value.replace(/ \(level.*/, ")"), "soft", "end")],
          point.low !== null && draw("line", {
            x1: scale(Math.max(point.low, low)), x2: scale(Math.min(point.high, high)), y1: y, y2: y,
            class: `range ${kind}` }),
          point.mean !== null && draw("circle", {
            cx: scale(point.mean), cy: y, r: 5, class: kind + (kind === "ink" ? " hollow" : "") }));
      });
      return chart(block, width, bottom + 44, [
        bottomAxis(scale, ticks(low, high, width / 70), top, bottom, block.axis, left, right),
        block.zero && draw("line", { x1: scale(0), x2: scale(0), y1: top, y2: bottom, class: "zero" }), lines,
      ]);
    }

    function scatterPlot(block, width) {
      const height = Math.min(380, Math.max(240, width * 0.5)), left = 44, right = width - 14, top = 18;
      const bottom = height - 46;
      const costs = block.points.map((point) => point.x);
      const least = Math.min(...costs), most = Math.max(...costs);
      const isLog = least > 0 && most / least > 30;
      const [xLow, xHigh] = isLog ? [least / 1.6, most * 1.6] : padded(costs.concat(least < most / 3 ? [0] : []), 0.08);
      const transform = isLog ? Math.log10 : (value) => value;
      const x = (value) => linear(transform(Math.max(xLow, isLog ? 1e-12 : 0)), transform(xHigh), left, right)(transform(value));
      const known = block.points.flatMap((point) => [point.y, point.low, point.high]).filter((v) => v !== null);
      let [yLow, yHigh] = padded(known, 0.06);
      if (block.bounds) [yLow, yHigh] = [Math.max(yLow, block.bounds[0]), Math.min(yHigh, block.bounds[1])];
      const y = linear(yLow, yHigh, bottom, top);
      const powers = [], factors = width / Math.log10(xHigh / (xLow || 1)) > 260 ? [1, 2, 5] : [1];
      for (let p = Math.floor(Math.log10(xLow || 1)); isLog && p <= Math.log10(xHigh); p += 1) {
        for (const f of factors) if (f * 10 ** p >= xLow && f * 10 ** p <= xHigh) powers.push(f * 10 ** p);
      }
      const xTicks = isLog ? powers : ticks(Math.max(xLow, 0), xHigh, width / 130);
      const best = block.points.filter((point) => point.standing === "frontier").sort((a, b) => a.x - b.x);
      const path = best.map((point, i) =>
        i === 0 ? `M${x(point.x)} ${y(point.y)}` : `H${x(point.x)}V${y(point.y)}`).join("");
      const named = block.points.length <= 7;
      const taken = [];
      const points = [...block.points].sort((a, b) => a.subject - b.subject).map((point) => {
        const kind = point.subject ? "this" : point.standing === "frontier" ? "this hollow" : "ink hollow";
        const toLeft = x(point.x) > (left + right) / 2;
        let at = y(point.y) - 9;
        while (taken.some((other) => Math.abs(other - at) < 14)) at += 14;
        if (named || point.subject || point.standing === "frontier") taken.push(at);
        return draw("g", null, draw("title", null, point.text),
          point.low !== null && draw("line", {
            x1: x(point.x), x2: x(point.x), y1: y(Math.min(point.high, yHigh)), y2: y(Math.max(point.low, yLow)),
            class: point.subject ? "this" : "grid" }),
          draw("circle", { cx: x(point.x), cy: y(point.y), r: 6, class: kind }),
          (named || point.subject || point.standing === "frontier") && label(
            x(point.x) + (toLeft ? -10 : 10), at, fitted(point.name, (right - left) / 2),
            `halo ${point.subject ? "strong" : "soft"}`, toLeft ? "end" : "start"));
      });
      const figure = chart(block, width, height, [
        ticks(yLow, yHigh, 5).map((value) => [
          draw("line", { x1: left, x2: right, y1: y(value), y2: y(value), class: "grid" }),
          label(left - 8, y(value) + 4, tickText(value), "soft", "end")]),
        label(0, 9, `${block.y} ↑`, "soft"),
        bottomAxis(x, xTicks, bottom - 4, bottom, `${block.x}${isLog ? " (logarithmic)" : ""} →`, left, right,
          (value) => `$${tickText(value)}`),
        best.length > 1 && draw("path", { d: path, class: "path" }), points,
      ]);
      if (best.length > 1) {
        add(figure, [el("p", { class: "key" }, "The dashed line joins the runs that no other run beats in both.")]);
      }
      return figure;
    }
    """#

  /// Bars and divided bars.
  static let bars = #"""
    const seriesKinds = ["ink", "this", "middle", "faint"];

    function barChart(block, width) {
      const series = block.series, labels = block.labels;
      const height = 230, left = 4, right = width - 4, top = 30, bottom = height - 46;
      const most = Math.max(1, ...series.flatMap((one) => one.counts));
      const room = (right - left) / labels.length;
      const bar = Math.min(64, (room * 0.72) / series.length);
      const y = linear(0, most, bottom, top);
      const bars = labels.map((name, index) => {
        const from = left + room * index + (room - bar * series.length) / 2;
        return [
          series.map((one, place) => {
            const count = one.counts[index];
            const kind = series.length === 1 ? "this" : seriesKinds[place];
            const x = from + bar * place;
            return draw("g", null,
              draw("title", null, `${name}: ${count} ${block.unit}${series.length > 1 ? ` of ${one.name}` : ""}`),
              draw("rect", { x: x + 1, width: Math.max(bar - 2, 1), y: Math.min(y(count), count ? bottom - 1.5 : bottom),
                height: count ? Math.max(bottom - y(count), 1.5) : 0, class: `bar ${kind}` }),
              bar > 14 && label(x + bar / 2, y(count) - 5, count, "soft", "middle"));
          }),
          label(left + room * (index + 0.5), bottom + 16, name, "", "middle"),
        ];
      });
      const figure = chart(block, width, height, [
        label(0, 10, `number of ${block.unit} ↑`, "soft"),
        draw("line", { x1: left, x2: right, y1: bottom, y2: bottom, class: "zero" }), bars,
        label((left + right) / 2, bottom + 36, block.axis, "soft", "middle"),
      ]);
      return series.length === 1 ? figure : add(figure, [legend(series.map((one) => one.name), seriesKinds)]);
    }

    function legend(names, kinds) {
      return el("p", { class: "key" }, names.map((name, index) => [
        draw("svg", { width: 12, height: 12, viewBox: "0 0 12 12", "aria-hidden": "true",
          style: "display:inline-block;width:12px;vertical-align:-1px;margin-right:.3rem" },
          draw("rect", { width: 12, height: 12, class: `bar ${kinds[index]}` })),
        el("span", { style: "margin-right:1.1rem" }, name)]));
    }

    function shareChart(block, width) {
      const narrow = width < 560, rowHeight = narrow ? 46 : 30;
      const left = narrow ? 0 : Math.min(300, width * 0.34);
      const kinds = block.parts.length === 2 ? ["good", "bad"] : ["good", "middle", "bad"];
      const lines = block.lines.map((line, index) => {
        const total = line.counts.reduce((sum, count) => sum + count, 0) || 1;
        const y = rowHeight * index + (narrow ? 20 : 4);
        let from = left;
        return [
          label(0, narrow ? y - 5 : y + 15, fitted(line.name, narrow ? width : left - 12), "strong"),
          line.counts.map((count, part) => {
            const size = ((width - left) * count) / total, x = from;
            from += size;
            return draw("g", null, draw("title", null, `${line.name}: ${count} ${block.parts[part]}`),
              draw("rect", { x, y, width: Math.max(size - 1, 0), height: 22, class: `bar ${kinds[part]}` }),
              size > 26 && label(x + size / 2, y + 15.5, count, kinds[part] === "middle" ? "" : "on", "middle"));
          }),
        ];
      });
      return add(chart(block, width, rowHeight * block.lines.length + 4, lines), [legend(block.parts, kinds)]);
    }
    """#
}
