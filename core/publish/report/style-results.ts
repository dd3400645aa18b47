/** Verdicts, warnings, tables and the bars in them; figures are of equal width so that columns align. */
export const RESULTS_STYLE = `.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:1rem;margin-top:1.8rem}
.card{background:var(--card);border:1px solid var(--line);border-top:4px solid var(--baseline);border-radius:.6rem;padding:1.2rem 1.4rem}
.card.gain{border-top-color:var(--ours)}
.card.loss{border-top-color:var(--bad)}
.card h2{font-size:1.1rem}
.card p{max-width:46rem}
.figure{font-size:clamp(1.8rem,6vw,2.6rem);font-weight:300;letter-spacing:-.03em;font-variant-numeric:tabular-nums;margin:.5rem 0;line-height:1.15}
.figure .arrow{color:var(--soft)}
.figure .now{font-weight:700}
.figure .unit{font-size:1rem;letter-spacing:0;color:var(--soft);font-weight:400}
.gain .figure .now{color:var(--ours-ink)}
.loss .figure .now{color:var(--bad)}
.verdict{font-weight:600}
.warnings{background:var(--warn);border:1px solid var(--warn-line);border-radius:.6rem;padding:1.1rem 1.4rem;margin-top:1rem}
.warnings h2{font-size:1.05rem}
.warnings ul{margin:.5rem 0 0;padding-left:1.2rem;max-width:56rem}
.warnings li{margin:.4rem 0}
.tag{display:inline-block;font-size:.75rem;line-height:1.5;padding:0 .45em;border-radius:.3em;border:1px solid var(--baseline);color:var(--soft);font-weight:500;white-space:nowrap}
.tag.ours{border-color:var(--ours);background:var(--ours);color:var(--paper)}
.tag.control{border-color:var(--control);color:var(--control-ink)}
.tag.ceiling{border-color:var(--ceiling);color:var(--ceiling-ink)}
.scroll{overflow-x:auto}
.scroll :not(.confusion)>tbody>tr>th{min-width:min(9rem,42vw)}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--soft);font-size:.875rem;padding-bottom:.6rem;max-width:46rem}
caption strong{color:var(--ink);font-size:1rem;margin-right:.3em}
th{font-weight:500;text-align:left}
thead th{overflow-wrap:normal;font-size:.78rem;color:var(--soft);vertical-align:bottom;padding:.2rem .6rem .35rem 0}
tbody th,tbody td,tfoot th,tfoot td{border-top:1px solid var(--line);padding:.36rem .6rem .36rem 0}
.number{text-align:right;white-space:nowrap}
.strong{font-weight:650}
.none{color:var(--soft)}
.accuracy{margin:0 0 2.4rem}
.accuracy thead th:nth-child(n+3){text-align:right}
.accuracy thead th:nth-child(5),.accuracy thead th:nth-child(6){padding-right:5.6rem}
.accuracy{table-layout:fixed}
.accuracy thead th:nth-child(1){width:15rem}.accuracy thead th:nth-child(3),.accuracy thead th:nth-child(4){width:6.2rem}
.accuracy thead th:nth-child(5),.accuracy thead th:nth-child(6){width:11rem}.accuracy thead th:nth-child(7){width:4.4rem}
.accuracy .chart{padding-right:1.6rem}
.accuracy td.chart{padding-top:0;padding-bottom:0}
.accuracy .ours .name{font-weight:650}
.up{color:var(--ours-ink);font-weight:650}.down{color:var(--bad);font-weight:650}.flat{color:var(--soft)}
.accuracy td small{display:inline-block;width:6.4em;text-align:left;margin-left:.3em}
.number small.range{display:block;width:auto;margin:0;text-align:inherit;color:var(--soft);font-weight:400;line-height:1.2}
.accuracy td small.interval{display:block;width:auto;margin:0;padding-right:7em;text-align:right;color:var(--soft);line-height:1.2}
.axis{position:relative;height:1.15em}
.axis span{position:absolute;white-space:nowrap;transform:translateX(-50%);font-weight:400;font-size:.75rem}
.bar{display:block;width:100%;height:2.1rem;overflow:visible}
svg rect{shape-rendering:crispEdges}
svg line{vector-effect:non-scaling-stroke;stroke-width:1}
svg .grid{stroke:var(--line)}
svg .zero{stroke:var(--soft)}
svg .error{stroke:var(--ink);stroke-width:1.5}
svg .cut{stroke:var(--ink);stroke-dasharray:4 3}
rect.ours{fill:var(--ours)}rect.baseline,rect.start{fill:var(--baseline)}rect.control{fill:var(--control)}rect.ceiling{fill:var(--ceiling)}
`;
