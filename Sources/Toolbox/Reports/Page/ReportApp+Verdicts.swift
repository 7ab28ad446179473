extension ReportApp {
  /// Judging rows by hand, drawn at random and without the judge's scores.
  static let verdicts = #"""
    function verdictPanel(about, summary) {
      const panel = el("section", { "aria-labelledby": "verdicts" },
        el("h2", { id: "verdicts" }, "Judge rows yourself"),
        el("p", { class: "note" }, "Rows are drawn at random and shown without the judge's scores. It takes thirty "
          + "verdicts or more, often sixty, to tell how far the judge can be trusted."));
      const body = el("div", { "aria-live": "polite" });
      const begin = el("button", { type: "button" }, "Begin");
      begin.addEventListener("click", () => {
        // The report's own rows show scores.
        for (const section of document.querySelectorAll("main > section")) section.hidden = section !== panel;
        nextRow({ about, summary, body, queue: [], done: 0 });
      });
      add(body, [begin]);
      return add(panel, [body]);
    }

    async function nextRow(state) {
      try {
        if (state.queue.length === 0) {
          if (!state.metrics) await readMetrics(state);
          const page = await callTool("responses_list", {
            run_id: state.about.runID, order: "random", without_verdict: true, hide_scores: true, limit: 10,
          });
          state.queue = page.responses.filter((row) => row.status !== "failed");
        }
        const row = state.queue.shift();
        if (!row) return finish(state, "Every row has a verdict.");
        // The list cuts long texts.
        const whole = await callTool("responses_get", {
          run_id: state.about.runID, id: row.id, fields: ["input_data", "expected_output", "response_text"],
        });
        showRow(state, { ...row, ...whole });
      } catch (error) {
        finish(state, error.message);
      }
    }

    async function readMetrics(state) {
      const run = await callTool("runs_get", {
        id: state.about.runID, results: false, fields: ["scoring", "metric_ids", "metric_averages"],
      });
      const names = new Map((run.metric_averages || []).map((metric) => [metric.metric_id, metric.name]));
      state.metrics = (run.metric_ids || []).map((id) => ({ id, name: names.get(id) || `metric ${id}` }));
      state.isGraded = run.scoring === "LlmJudge";
    }

    function showRow(state, row) {
      const heading = el("h3", { tabindex: "-1" }, `Row ${row.row_index}`);
      const shown = [["Input", Object.entries(row.input_data || {}).map(([key, value]) => `${key}: ${value}`).join("\n")],
        ["Expected", row.expected_output], ["Answer", row.response_text]];
      const metric = state.metrics.length > 1 && el("select", { id: "metric" },
        state.metrics.map(({ id, name }) => el("option", { value: id }, name)));
      const note = el("textarea", { id: "why", rows: "2" });
      const status = el("p", { class: "note", role: "status" }, `${state.done} given so far. ${state.note || ""}`);
      const choices = state.isGraded ? [1, 2, 3, 4, 5].map((score) => [String(score), { score }])
        : [["Right", { passed: true }], ["Wrong", { passed: false }]];
      const buttons = choices.map(([text, verdict]) => {
        const button = el("button", { type: "button" }, text);
        button.addEventListener("click", () => give(verdict));
        return button;
      });
      const skip = el("button", { type: "button" }, "Skip");
      skip.addEventListener("click", () => nextRow(state));
      async function give(verdict) {
        const chosen = metric ? Number(metric.value) : (state.metrics[0] || {}).id;
        const all = [...buttons, skip];
        all.forEach((button) => { button.disabled = true; });
        try {
          const made = await callTool("verdicts_create", {
            response_id: row.id, ...(chosen === undefined ? {} : { metric_id: chosen }), ...verdict,
            ...(note.value.trim() ? { note: note.value.trim() } : {}),
          });
          state.done += 1;
          // What is known of the judge by now would colour the next verdict, so it waits for the end.
          state.trust = made.trust || "";
          state.note = made.blind_note || "";
          await nextRow(state);
        } catch (error) {
          status.textContent = error.message;
          all.forEach((button) => { button.disabled = false; });
        }
      }
      const stop = el("button", { type: "button" }, "Stop");
      stop.addEventListener("click", () => finish(state, "Stopped."));
      state.body.replaceChildren(heading, el("dl", { class: "item" }, shown.filter(([, text]) => text).map(
        ([name, text]) => el("div", null, el("dt", null, name), el("dd", { class: "text" }, text)))),
        el("form", null,
          metric && [el("label", { for: "metric" }, "By"), metric],
          el("label", { for: "why" }, "Why (optional)"), note,
          el("fieldset", { class: "scores" }, el("legend", null, state.isGraded ? "Score, 5 is best" : "Verdict"),
            buttons, skip)),
        status, state.done > 0 && stop);
      heading.focus();
    }

    function finish(state, sentence) {
      const again = el("button", { type: "button" }, "Update the report");
      again.addEventListener("click", () => showWhole(state.about, state.summary));
      state.body.replaceChildren(el("p", { role: "status" }, `${sentence} ${state.done} given now. ${state.trust || ""}`),
        again);
      again.focus();
    }
    """#
}
