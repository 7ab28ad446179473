extension ReportApp {
  /// The messages between the page and the client that shows it.
  ///
  /// https://github.com/modelcontextprotocol/ext-apps/blob/main/specification/2026-01-26/apps.mdx
  static let bridge = #"""
    const place = document.getElementById("report");
    const waitingFor = new Map();
    let nextID = 1, capabilities = {}, context = {}, input = {};

    const post = (message) => parent.postMessage({ jsonrpc: "2.0", ...message }, "*");
    const notify = (method, params) => post({ method, params });
    function request(method, params) {
      const id = nextID;
      nextID += 1;
      return new Promise((resolve, reject) => {
        waitingFor.set(id, { resolve, reject });
        post({ id, method, params });
      });
    }
    async function callTool(name, args) {
      const result = await request("tools/call", { name, arguments: args });
      const object = contentOf(result);
      if (result.isError || !object) throw new Error(textOf(result) || `${name} gave no result.`);
      return object;
    }
    const textOf = (result) => (result.content || []).filter((part) => part.type === "text")
      .map((part) => part.text).join("\n");
    // Some clients pass on only one of the two forms of a result.
    function contentOf(result) {
      if (result.structuredContent) return result.structuredContent;
      try { return JSON.parse((result.content || []).find((part) => part.type === "text").text); } catch { return null; }
    }

    const answers = { ping: () => ({}), "ui/resource-teardown": () => ({}) };
    const listeners = {
      "ui/notifications/tool-input": (params) => { input = params.arguments || {}; },
      "ui/notifications/tool-result": (params) => receive(params),
      "ui/notifications/tool-cancelled": (params) =>
        say(`The call was cancelled${params.reason ? `: ${params.reason}` : ""}.`),
      "ui/notifications/host-context-changed": (params) => applyContext(params),
    };
    addEventListener("message", ({ source, data }) => {
      // Other scripts of a client use the same channel.
      if (source !== parent || !data || data.jsonrpc !== "2.0") return;
      if (data.method === undefined) {
        const waiting = waitingFor.get(data.id);
        waitingFor.delete(data.id);
        if (waiting && data.error) waiting.reject(new Error(data.error.message || "The client refused."));
        else if (waiting) waiting.resolve(data.result || {});
      } else if (data.id !== undefined) {
        const answer = answers[data.method];
        post(answer ? { id: data.id, result: answer() }
          : { id: data.id, error: { code: -32601, message: `Unknown method ${data.method}` } });
      } else if (listeners[data.method]) {
        listeners[data.method](data.params || {});
      }
    });

    function applyContext(changes) {
      context = { ...context, ...changes };
      if (["light", "dark"].includes(context.theme)) document.documentElement.dataset.theme = context.theme;
    }

    let size = "";
    function tellSize() {
      const box = place.getBoundingClientRect();
      const [width, height] = [Math.ceil(box.width), Math.ceil(box.height)];
      if (!connected || size === `${width} ${height}`) return;
      size = `${width} ${height}`;
      notify("ui/notifications/size-changed", { width, height });
    }
    new ResizeObserver(tellSize).observe(place);

    let connected = false;
    async function connect() {
      const { hostCapabilities, hostContext } = await request("ui/initialize", {
        protocolVersion: "2026-01-26", appInfo: { name: "completion-kit report", version: "1.0.0" },
        appCapabilities: { availableDisplayModes: ["inline", "fullscreen"] },
      });
      capabilities = hostCapabilities || {};
      applyContext(hostContext || {});
      connected = true;
      notify("ui/notifications/initialized", {});
      tellSize();
    }
    """#

  /// What the page shows of a result: its own summary at once, then the report that the server makes.
  static let results = #"""
    function say(text) {
      place.replaceChildren(el("main", null, el("p", { class: "note", role: "status" }, text)));
    }

    const shownValue = (value) => value === null || value === undefined ? "not known" : String(value);
    const ids = (rows) => rows.map((row) => row.id).join(",");

    // What a result is about: its report's address, and what can be said before the report is there.
    function subject(object) {
      if (Array.isArray(object.statistics)) {
        return {
          uri: `completion-kit://comparisons/${ids(object.runs)}/report.html`, kind: "Comparison",
          title: object.runs.map((run) => run.name).join(" against "),
          findings: object.statistics.map((one) => ({ word: one.verdict_word, sentence: one.verdict })),
          rows: object.runs.map((run) => [run.name, shownValue(run.avg_score), shownValue(run.total_cost)]),
          head: ["", "mean score", "cost, US dollars"],
        };
      }
      if (Array.isArray(object.versions)) {
        return {
          uri: `completion-kit://experiments/${object.id}/report.html`, kind: "Experiment", title: object.name,
          findings: [{ word: object.verdict_word, sentence: object.verdict }],
          rows: object.versions.map((one) => [one.name, shownValue(one.rate), (one.interval || []).join(" to ")]),
          head: ["", "rate", "95 % interval"],
        };
      }
      if (input.generations || input.generation_id || object.id === undefined) return null;
      return {
        uri: `completion-kit://runs/${object.id}/report.html`, kind: "Run", title: object.name || `Run ${object.id}`,
        runID: object.id,
        findings: [{ sentence: object.avg_score === null || object.avg_score === undefined
          ? "No score is known." : `The mean score is ${object.avg_score}.` }],
        rows: [["status", shownValue(object.status)], ["cost, US dollars", shownValue(object.total_cost)]],
        head: ["", ""],
      };
    }

    async function receive(result) {
      const object = contentOf(result), about = object && subject(object);
      if (result.isError || !about) return say(textOf(result) || "The result is empty.");
      const summary = {
        kind: about.kind, title: about.title, subtitle: "", findings: about.findings, warnings: object.warnings || [],
        sections: [{ title: "Figures", note: null, blocks: [
          { kind: "table", title: "Figures", table: { head: about.head, rows: about.rows } }] }],
      };
      showReport(place, summary);
      await showWhole(about, summary);
    }

    async function showWhole(about, summary) {
      let report = summary;
      if (capabilities.serverResources) {
        try {
          const { contents } = await request("resources/read", { uri: about.uri });
          // The document is only parsed, so nothing in it runs.
          const page = new DOMParser().parseFromString(contents[0].text, "text/html");
          report = JSON.parse(page.getElementById("data").textContent);
        } catch (error) {
          report = { ...summary, warnings: summary.warnings.concat(`The whole report cannot be read: ${error.message}`) };
        }
      }
      showReport(place, report, about.runID && capabilities.serverTools && verdictPanel(about, summary));
    }

    if (parent === window) say("This page is shown by a client of completion-kit beside a result.");
    else connect();
    """#
}
