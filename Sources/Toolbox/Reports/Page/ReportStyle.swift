/// The style sheet of a report's page.
enum ReportStyle {
  static let all = colours + layout + charts + print

  /// Better and worse differ for readers who confuse red and green, and never by colour alone.
  private static let colours = """
    :root {
      --paper: #fff; --ink: #1a1c20; --soft: #565c66; --line: #d9dce1; --shade: #f4f5f7;
      --accent: #1d4f91; --better: #11695e; --worse: #a8460a; --warn: #fff6dd; --warn-line: #c99a1a;
      --serif: ui-serif, "Iowan Old Style", Georgia, "Times New Roman", serif;
      --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
      --mono: ui-monospace, "SF Mono", Menlo, Consolas, monospace;
    }
    @media (prefers-color-scheme: dark) {
      :root:not([data-theme=light]) {
        --paper: #14161a; --ink: #e9ebee; --soft: #a6adb8; --line: #363b44; --shade: #1e2127;
        --accent: #8db7f2; --better: #62c8b6; --worse: #f1a266; --warn: #2b2514; --warn-line: #b98f24;
      }
    }
    :root[data-theme=dark] {
      --paper: #14161a; --ink: #e9ebee; --soft: #a6adb8; --line: #363b44; --shade: #1e2127;
      --accent: #8db7f2; --better: #62c8b6; --worse: #f1a266; --warn: #2b2514; --warn-line: #b98f24;
    }

    """

  private static let layout = """
    * { box-sizing: border-box; }
    html { background: var(--paper); color: var(--ink); -webkit-text-size-adjust: 100%; }
    body { margin: 0; font: 1rem/1.5 var(--sans); }
    #report { max-width: 62rem; margin: 0 auto; padding: 2.5rem 1.5rem 4rem; }
    h1, h2, h3, p, ul, dl, dd, figure, table { margin: 0; }
    h1 { font: 600 2.1rem/1.2 var(--serif); letter-spacing: -.01em; overflow-wrap: anywhere; }
    h2 { font: 600 1.35rem/1.3 var(--serif); }
    h3 { font-size: .95rem; font-weight: 600; margin-top: 1.75rem; overflow-wrap: anywhere; }
    a { color: var(--accent); }
    :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
    .kind { color: var(--accent); font-size: .78rem; font-weight: 650; letter-spacing: .1em; text-transform: uppercase; }
    .subtitle, .note { color: var(--soft); font-size: .9rem; overflow-wrap: anywhere; }
    .subtitle { margin-top: .4rem; }
    .note { margin-top: .35rem; max-width: 46rem; }
    nav ul { display: flex; flex-wrap: wrap; gap: .15rem 1.1rem; list-style: none; padding: 0; margin-top: 1rem;
      font-size: .85rem; }
    nav a { text-underline-offset: .2em; text-decoration-thickness: 1px; }
    main > section { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: 1.1rem; }
    main > .warnings { margin-top: 1.75rem; padding: .9rem 1.1rem; background: var(--warn);
      border: 0; border-left: 4px solid var(--warn-line); }
    .warnings h2 { font: 650 .95rem/1.4 var(--sans); }
    .warnings ul { padding-left: 1.1rem; margin-top: .3rem; font-size: .92rem; }
    .warnings li { overflow-wrap: anywhere; margin-top: .2rem; }
    main > .findings { margin-top: 1.75rem; border: 0; padding: 0; }
    .finding { font: 500 1.4rem/1.42 var(--serif); padding-left: 1rem; border-left: 4px solid var(--line);
      overflow-wrap: anywhere; max-width: 54rem; }
    .finding + .finding { margin-top: 1rem; }
    .finding.minor { font: 400 1rem/1.5 var(--sans); color: var(--soft); }
    .finding.better { border-color: var(--better); }
    .finding.worse { border-color: var(--worse); }
    .finding b { font: 650 .78rem/1 var(--sans); letter-spacing: .08em; text-transform: uppercase; display: block;
      margin-bottom: .4rem; color: var(--soft); }
    .better > b, .word-better { color: var(--better); }
    .worse > b, .word-worse { color: var(--worse); }
    .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: 1.1rem 1.5rem;
      margin-top: 1.2rem; }
    .figures dt { color: var(--soft); font-size: .82rem; }
    .figures dd { font: 500 1.65rem/1.25 var(--serif); font-variant-numeric: tabular-nums lining-nums; }
    .figures dd small { display: block; font: .8rem/1.35 var(--sans); color: var(--soft); }
    .scroll { overflow-x: auto; margin-top: .5rem; }
    table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums lining-nums; }
    th, td { padding: .32rem 1.1rem .32rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line);
      max-width: 34rem; overflow-wrap: break-word; }
    thead th, thead td { color: var(--soft); font-weight: 500; border-bottom: 1.5px solid var(--soft);
      vertical-align: bottom; }
    tbody th { font-weight: 500; }
    .number { text-align: right; white-space: nowrap; }
    tbody th { min-width: 5.5rem; }
    caption, .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
      white-space: nowrap; }
    details { border-bottom: 1px solid var(--line); }
    summary { cursor: pointer; padding: .45rem 0; font-size: .9rem; }
    .item summary { font-weight: 600; font-variant-numeric: tabular-nums; }
    .item dl, dl.item { padding: 0 0 1rem; display: grid; gap: .7rem; }
    dl.item { padding-top: .6rem; }
    form label, legend { font-size: .85rem; color: var(--soft); padding: 0; }
    .item dt, dl.item dt { color: var(--soft); font-size: .8rem; }
    .text { white-space: pre-wrap; overflow-wrap: anywhere; font-size: .9rem; background: var(--shade);
      padding: .5rem .7rem; border-radius: 3px; margin-top: .15rem; }
    .two { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: .7rem; }
    .text.long { font: .85rem/1.5 var(--mono); }
    ins { color: var(--better); text-decoration: underline; text-decoration-thickness: 2px; font-weight: 600; }
    del { color: var(--worse); text-decoration: line-through; }
    del + ins { margin-left: .2em; }
    .key { font-size: .8rem; color: var(--soft); margin-top: .3rem; }

    """

  private static let charts = """
    figure { margin-top: .6rem; }
    svg { display: block; width: 100%; height: auto; overflow: visible; }
    svg text { font-family: var(--sans); font-size: 12.5px; fill: var(--ink); font-variant-numeric: tabular-nums; }
    svg .soft { fill: var(--soft); }
    svg .strong { font-weight: 600; }
    svg .grid { stroke: var(--line); stroke-width: 1; }
    svg .zero { stroke: var(--ink); stroke-width: 1.2; }
    svg .range { stroke-width: 2.5; stroke-linecap: round; }
    svg .path { fill: none; stroke: var(--accent); stroke-width: 1.5; stroke-dasharray: 5 4; }
    svg .ink { stroke: var(--soft); fill: var(--soft); }
    svg .this { stroke: var(--accent); fill: var(--accent); }
    svg .good { stroke: var(--better); fill: var(--better); }
    svg .bad { stroke: var(--worse); fill: var(--worse); }
    svg .hollow { fill: var(--paper); stroke-width: 2; }
    svg rect.bar { stroke: none; }
    svg .on { fill: var(--paper); stroke: none; font-weight: 600; }
    svg .middle { fill: var(--line); stroke: none; }
    svg .faint { fill: var(--accent); fill-opacity: .4; stroke: none; }
    svg .halo { paint-order: stroke; stroke: var(--paper); stroke-width: 4px; stroke-linejoin: round; }
    .data { margin-top: .2rem; border: 0; }
    .data summary { color: var(--soft); font-size: .82rem; padding: .2rem 0; }
    .confusion td { text-align: right; padding: .32rem .6rem; background: transparent; }
    .confusion .right { box-shadow: inset 0 0 0 1.5px var(--better); }
    .confusion .hit { background: color-mix(in srgb, var(--better) var(--share), transparent); }
    .confusion .miss { background: color-mix(in srgb, var(--worse) var(--share), transparent); }
    button, input, textarea, select { font: inherit; color: inherit; }
    button { background: transparent; border: 1.5px solid var(--accent); color: var(--accent); border-radius: 4px;
      padding: .35rem .8rem; cursor: pointer; min-width: 2.75rem; min-height: 2.75rem; }
    button:hover { background: var(--shade); }
    .scores { display: flex; flex-wrap: wrap; gap: .5rem; margin: .7rem 0; border: 0; padding: 0; }
    textarea, select { width: 100%; background: var(--paper); border: 1px solid var(--soft); border-radius: 4px;
      padding: .4rem; }

    """

  private static let print = """
    @media (max-width: 30rem) {
      #report { padding: 1.25rem .9rem 3rem; }
      h1 { font-size: 1.6rem; }
      .finding { font-size: 1.18rem; padding-left: .75rem; }
      main > section { margin-top: 2.2rem; }
      th, td { padding-right: .7rem; }
    }
    @media print {
      :root, :root[data-theme] { --paper: #fff; --ink: #000; --soft: #444; --line: #ccc; --shade: #f6f6f6;
        --accent: #1d4f91; --better: #11695e; --worse: #a8460a; --warn: #fff; --warn-line: #c99a1a; }
      @page { margin: 16mm 14mm; }
      #report { max-width: none; padding: 0; font-size: .9rem; }
      nav, .data, button, form { display: none; }
      h2, h3, summary { break-after: avoid; }
      figure, tr, .finding, .figures > div { break-inside: avoid; }
      .scroll { overflow: visible; }
      * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
    }
    """
}
