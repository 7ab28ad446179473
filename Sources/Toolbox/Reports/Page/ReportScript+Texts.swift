extension ReportScript {
  /// Tables and texts, and the words in which two texts differ.
  static let words = #"""
    const isNumber = (text) => /^(below |above -)?[-+$]?[\d.,]+( ?(%|ms|US dollars))?( to [-+]?[\d.]+)?( \(.*\))?$/.test(text) || text === "";

    function table(data, title) {
      const columns = Math.max(0, ...data.rows.map((row) => row.length));
      const numeric = Array.from({ length: columns }, (_, index) =>
        index > 0 && data.head[index] !== "" && data.rows.every((row) => isNumber(row[index] || "") ||
          ["not known", "no answer"].includes(row[index])));
      const cell = (kind, text, index, scope) =>
        el(kind, { scope, class: numeric[index] ? "number" : null }, text);
      const hasHead = data.head.some(Boolean);
      return el("div", { class: "scroll", "data-name": `Table: ${title}` },
        el("table", null, el("caption", null, title),
          hasHead && el("thead", null, el("tr", null, data.head.map((text, index) =>
            text ? cell("th", text, index, "col") : el("td")))),
          el("tbody", null, data.rows.map((row) => el("tr", null, row.map((text, index) =>
            index === 0 && row.length > 1 ? cell("th", text, 0, "row") : cell("td", text, index)))))));
    }

    function confusionTable(block) {
      const holder = table(block.table, block.title);
      const classes = block.table.rows.length;
      holder.firstChild.classList.add("confusion");
      [...holder.querySelectorAll("tbody tr")].forEach((line, row) => {
        const counts = block.table.rows[row].slice(1).map(Number);
        const total = counts.reduce((sum, count) => sum + count, 0) || 1;
        [...line.querySelectorAll("td")].forEach((cell, column) => {
          if (column === row) cell.classList.add("right");
          if (!counts[column]) return;
          cell.classList.add(column === row && row < classes ? "hit" : "miss");
          cell.style.setProperty("--share", `${Math.round(6 + (34 * counts[column]) / total)}%`);
        });
      });
      return [holder, el("p", { class: "key" }, "Framed: the right answers. Darker: more of the line's rows.")];
    }

    function keyFigures(block) {
      return el("dl", { class: "figures" }, block.table.rows.map(([name, value, note]) =>
        el("div", null, el("dt", null, name), el("dd", null, value, note && el("small", null, note)))));
    }

    function items(block) {
      return block.items.map((item, index) => el("details", { class: "item", open: index < 3 ? "" : null },
        el("summary", null, item.heading, item.word && el("span", { class: `word-${item.word}` }, ` (${item.word})`)),
        el("dl", null,
          item.texts.map(({ name, text }) => el("div", null, el("dt", null, name), el("dd", { class: "text" }, text))),
          item.changes.map((change) => el("div", null, el("dt", null, `${change.name}: ${change.from} → ${change.to}`),
            el("dd", null, difference(change, "text")))))));
    }

    const pieces = (text) => text.match(/\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) || [];

    // The longest common subsequence of words; null where that would take too long.
    function compared(before, after) {
      let start = 0, endA = before.length, endB = after.length;
      while (start < endA && start < endB && before[start] === after[start]) start += 1;
      while (endA > start && endB > start && before[endA - 1] === after[endB - 1]) { endA -= 1; endB -= 1; }
      const a = before.slice(start, endA), b = after.slice(start, endB), wide = b.length + 1;
      if (a.length * b.length > 6e6) return null;
      const longest = new Uint16Array((a.length + 1) * wide);
      for (let i = a.length - 1; i >= 0; i -= 1) {
        for (let j = b.length - 1; j >= 0; j -= 1) {
          longest[i * wide + j] = a[i] === b[j] ? longest[(i + 1) * wide + j + 1] + 1
            : Math.max(longest[(i + 1) * wide + j], longest[i * wide + j + 1]);
        }
      }
      const parts = [];
      const push = (kind, text) => {
        const last = parts[parts.length - 1];
        if (last && last.kind === kind) last.text += text; else parts.push({ kind, text });
      };
      before.slice(0, start).forEach((text) => push("same", text));
      let i = 0, j = 0;
      while (i < a.length || j < b.length) {
        if (i < a.length && j < b.length && a[i] === b[j]) { push("same", a[i]); i += 1; j += 1; }
        else if (i < a.length && (j === b.length || longest[(i + 1) * wide + j] >= longest[i * wide + j + 1])) {
          push("del", a[i]); i += 1;
        } else { push("ins", b[j]); j += 1; }
      }
      before.slice(endA).forEach((text) => push("same", text));
      return parts;
    }

    function difference({ before, after, from, to }, kind) {
      if (before === after) return el("div", { class: kind }, after, el("p", { class: "key" }, "The same in both."));
      const parts = before && after ? compared(pieces(before), pieces(after)) : null;
      const shared = parts ? parts.filter((part) => part.kind === "same")
        .reduce((sum, part) => sum + part.text.trim().length, 0) : 0;
      // Words of texts that share little say less than the texts.
      if (!parts || shared < 0.3 * Math.max(before.length, after.length)) {
        const one = (name, text) => el("div", null, el("p", { class: "key" }, name),
          el("div", { class: kind }, text || "(nothing)"));
        return el("div", { class: "two" }, one(from, before), one(to, after));
      }
      return el("div", { class: kind }, parts.map((part) => part.kind === "same" ? part.text
        : el(part.kind, null, el("span", { class: "unseen" }, part.kind === "ins" ? "[added] " : "[removed] "), part.text)));
    }

    function longDifference(block) {
      return [
        el("p", { class: "key" }, "From ", block.from, " to ", block.to, ": ", el("del", null, "removed"), ", ",
          el("ins", null, "added"), "."),
        difference(block, "text long"),
      ];
    }
    """#
}
