/** Confusion, curves and everything else that is drawn. */
export const CHARTS_STYLE = `.pair>*{min-width:0}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:1.5rem 3rem}
.stack{display:grid;grid-template-columns:minmax(0,1fr);gap:1.5rem}
.confusion{font-size:.85rem;table-layout:fixed;--cell:1.95rem;--name:5.4rem;width:max(100%,calc(var(--classes)*var(--cell) + 3rem + var(--name)))}
.confusion th[scope=row],.confusion thead th:first-child{width:var(--name);position:sticky;left:0;background:var(--paper)}
.confusion th[scope=row]{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.stack .confusion{--name:9rem}
.stack{margin-top:1.5rem}
.confusion thead th{padding:0 0 .35rem;vertical-align:bottom}
.confusion thead th+th{height:5.5rem}
.confusion thead th span{writing-mode:vertical-rl;transform:rotate(180deg);display:block;margin:0 auto;max-height:9rem;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.confusion td{text-align:center;padding:.45rem 0;border:1px solid var(--paper)}
.confusion td{white-space:nowrap}
.confusion td.hit{background:color-mix(in srgb,var(--ours) calc(var(--share)*45%),var(--card))}
.confusion td.miss{background:color-mix(in srgb,var(--control) calc(var(--share)*55%),var(--card))}
.map svg{display:block;width:100%;max-width:36rem;margin-top:.6rem;border:1px solid var(--line)}
.map .ground{fill:var(--card)}.map .hit{fill:var(--ours)}.map .miss{fill:var(--control)}
.map figcaption strong{font-size:1rem}.map figcaption{font-size:.875rem;color:var(--soft)}.map figcaption strong{color:var(--ink)}
.shade-0{opacity:.45}.shade-1{opacity:.6}.shade-2{opacity:.75}.shade-3{opacity:.9}
.confusion .recall{font-weight:650;white-space:nowrap}
.confusion thead th:last-child{width:2.9rem}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,15rem),1fr));gap:1.2rem 2rem;margin:1.2rem 0 1.8rem}
dt{font-size:.8rem;color:var(--soft)}
dd{margin:0;font-size:1.7rem;letter-spacing:-.02em;font-variant-numeric:tabular-nums;line-height:1.25}
dd.aside{font-size:.85rem;letter-spacing:0;line-height:1.45}
.scatter{position:relative;height:14rem;margin:1.4rem 3rem 2.6rem 3.2rem;font-size:.75rem}
.scatter b,.scatter span{position:absolute;font-weight:400}
.scatter .grid{left:0;right:0;border-top:1px solid var(--line)}
.scatter .grid span{right:calc(100% + .5rem);top:-.75em;white-space:nowrap}
.scatter .power{top:calc(100% + .5rem);transform:translateX(-50%);white-space:nowrap}
.scatter .whisker{width:0;border-left:1px solid var(--ink)}
.scatter .point{width:.7rem;height:.7rem;margin:-.35rem;border-radius:50%;background:var(--baseline)}
.scatter .point span{left:.9rem;top:-.3rem;font-weight:650}
.scatter .ours{background:var(--ours)}.scatter .start,.scatter .ceiling{background:var(--ceiling)}
.curves{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,14rem),1fr));gap:1.2rem}
.curves figure{margin:0}
.curves figcaption{font-size:.875rem;font-weight:500}
.curves svg{display:block;width:100%;height:6rem;border-bottom:1px solid var(--soft);border-left:1px solid var(--line)}
.curves polyline{fill:none;stroke:var(--ours);stroke-width:1.5;vector-effect:non-scaling-stroke}
.reliability svg{display:block;width:100%;height:15rem;border-bottom:1px solid var(--soft);border-left:1px solid var(--soft);margin-top:.6rem}
.reliability figcaption{font-size:.875rem;color:var(--soft)}
.reliability figcaption strong{color:var(--ink);font-size:1rem;margin-right:.3em}
.counts{font-size:.78rem;margin-top:.8rem}
.counts th{color:var(--soft);white-space:nowrap}
.counts tbody th,.counts tbody td{padding:.1rem 0}
.histogram{margin:1rem 0 2rem}
.histogram svg{display:block;width:100%;height:11rem;border-bottom:1px solid var(--soft)}
.ends{display:flex;justify-content:space-between;gap:1rem;font-size:.78rem;color:var(--soft)}
.histogram figcaption{font-size:.875rem;color:var(--soft);margin-top:.4rem}
.plain thead th+th{text-align:right}
.words thead th:nth-child(2){text-align:left}
.stages progress{width:100%;min-width:7rem;accent-color:var(--ours)}
#report-frame{display:block;width:100%;height:80vh;border:1px solid var(--line);border-radius:.6rem}
[hidden]{display:none}
tfoot th,tfoot td{font-weight:650}
.compared{margin:0 0 2rem}.compared .chart{min-width:9rem;padding-left:1rem;padding-right:1.6rem}.compared thead .number{text-align:right}.compared td.chart{padding-top:0;padding-bottom:0}.compared small{margin-left:.3em}
`;
