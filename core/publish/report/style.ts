import { PRINT_STYLE } from './style-print.ts';

/** The page's whole style sheet. Colours follow the reader's system; figures are of equal width so that columns align. */
export const STYLE = `
:root{color-scheme:light dark;--paper:#fbfaf7;--card:#fff;--ink:#1d2227;--soft:#5d666f;--line:#e3e0d8;--ours:#0b7a6f;
--ours-ink:#075e56;--baseline:#a9b0b7;--control:#c99a4b;--control-ink:#80591a;--ceiling:#7d86c4;--ceiling-ink:#454e92;--warn:#fdf3df;--warn-line:#dfae52;--bad:#b3372c}
@media screen and (prefers-color-scheme:dark){:root{--paper:#14171a;--card:#1c2024;--ink:#e6e8ea;--soft:#9aa4ad;--line:#30363c;
--ours:#2bb3a3;--ours-ink:#62d3c5;--baseline:#626b74;--control:#b98a3d;--control-ink:#e3bb78;--ceiling:#7680c9;--ceiling-ink:#aab2ec;--warn:#2c2414;
--warn-line:#8f6c2a;--bad:#ef8579}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
main{max-width:68rem;margin:0 auto;padding:clamp(1rem,4vw,3.5rem) clamp(1rem,4vw,2.5rem) 5rem}
h1,h2,h3,h4{line-height:1.2;margin:0;text-wrap:balance}
h1{font-size:clamp(1.9rem,5vw,3rem);letter-spacing:-.025em;font-weight:700}
h2{font-size:1.6rem;letter-spacing:-.015em}
h3{font-size:1.1rem;margin:2rem 0 .5rem}
h4{font-size:.8rem;font-weight:500;color:var(--soft)}
p{margin:.5rem 0}
section{margin-top:4.5rem;padding-top:1.5rem;border-top:1px solid var(--line)}
.brief{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:1.2rem 2.4rem;margin-top:1.6rem}
.brief>:nth-child(3){grid-column:1/-1;background:var(--card);border:1px solid var(--line);border-left:4px solid var(--ours);border-radius:.6rem;padding:1rem 1.4rem}
.brief>:nth-child(3) ul{max-width:52rem}
.brief h2{font-size:1.05rem;letter-spacing:0}
.brief ul{margin:.4rem 0 0;padding-left:1.1rem}
.brief li{margin:.3rem 0}
.method{max-width:46rem;color:var(--soft);font-size:.875rem;margin-top:1.4rem}
.kicker{font-size:.8rem;letter-spacing:.04em;color:var(--soft);font-weight:500}
.lead{max-width:46rem;color:var(--soft);margin:.6rem 0 1.2rem}
.aside{color:var(--soft);font-weight:400;font-size:.875rem}
small{font-size:.75rem}
code{font:.9em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
nav{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin-top:2rem}
nav a{color:var(--ours-ink);text-underline-offset:.25em;padding:.3rem 0}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:1rem;margin-top:1.8rem}
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
img{display:block;image-rendering:pixelated;border-radius:3px;background:var(--line)}
figure{margin:0}
.class{margin-top:1.6rem}
.class h3{margin:0 0 .5rem}
.places{display:grid;grid-template-columns:repeat(3,1fr);gap:1rem 1.6rem}
.thumbs{display:grid;grid-template-columns:repeat(6,1fr);gap:.3rem;margin-top:.3rem}
.thumbs img,.images img{width:100%;height:auto}
.thumbs figcaption{font-size:.75rem;line-height:1.35;color:var(--soft);font-variant-numeric:tabular-nums;margin-top:.15rem}
.thumbs b{color:var(--ink);font-weight:650;display:block}
.set{background:var(--card);border:1px solid var(--line);border-radius:.6rem;margin-top:.8rem;padding:0 1.2rem}
.set[open]{padding-bottom:1.2rem}
summary{cursor:pointer;padding:.7rem 0}
.results{display:flex;flex-wrap:wrap;gap:0 1.5rem;margin:0 0 .8rem;font-size:.875rem;font-variant-numeric:tabular-nums}
.row{display:grid;grid-template-columns:6.5rem 1fr;gap:.6rem;align-items:center;margin-top:.35rem}
.images{display:grid;grid-template-columns:repeat(10,minmax(0,5.25rem));gap:.35rem}
.told{display:none;font-size:.75rem;line-height:1.35;color:var(--soft);overflow-wrap:anywhere}
.told span{display:block}
.show:checked~* figure{margin-bottom:.6rem}
span.told{font-weight:400}
.show:checked~* .told{display:block}
.show:checked~* .images{grid-template-columns:repeat(auto-fill,minmax(8.5rem,1fr))}
.show:checked~* .images img{max-width:5.25rem}
.show:checked~* .places{grid-template-columns:1fr}
.show,.show+label{cursor:pointer;font-size:.875rem;accent-color:var(--ours)}
.show+label{display:inline-block;padding:.4rem .5rem}
summary h3{display:inline;margin:0;font-size:1rem}
.more{margin:.4rem 0 2rem}
.more>summary{color:var(--ours-ink);font-size:.875rem}
.more>*+*{margin-top:.6rem}
.classes.many{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,19rem),1fr));gap:1rem 2rem}
.many .class{margin-top:.6rem}
.many .places{display:flex;flex-wrap:wrap;gap:.6rem}
.many .thumbs{display:flex;flex-wrap:wrap}.many .thumbs figure{width:4.2rem}
.few{display:flex;flex-wrap:wrap;gap:.8rem}
.few .row{display:block;margin:0}
.few img{width:6.5rem}
.few .images{grid-template-columns:repeat(auto-fit,6.5rem)}
.few .images{display:flex}
.few h4{margin-bottom:.25rem}
.pair>*{min-width:0}
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
pre{overflow-x:auto;font:.8rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:1rem}
button,select{font:inherit;font-size:.8rem;color:var(--ink);background:var(--card);border:1px solid var(--soft);border-radius:.35rem;min-height:2.25rem;padding:.2rem .7rem}
button:not(:disabled),select{cursor:pointer}
button:disabled{color:var(--soft);border-color:var(--line)}
kbd{font:.9em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;border:1px solid var(--line);border-radius:.25em;padding:0 .35em}
.audit-class h3{position:sticky;top:0;z-index:1;background:var(--card);margin:1.2rem 0 .3rem;padding:.5rem 0}
.audit-images{display:grid;grid-template-columns:repeat(auto-fill,minmax(10.5rem,1fr));gap:.6rem}
.audit-image{border:2px solid var(--line);border-radius:.5rem;padding:.4rem;scroll-margin:4rem 0 9rem}
.audit-image img{width:100%;height:auto;image-rendering:auto}
.audit-image figcaption{font-size:.8rem;font-weight:650;margin-top:.2rem}
.audit-image:focus-visible,button:focus-visible,select:focus-visible{outline:3px solid var(--ours-ink);outline-offset:1px}
.audit-image[data-state=right]{border-color:var(--ours-ink)}
.audit-image[data-state=wrong]{border-color:var(--bad)}
.audit-image[data-state=unsure]{border-color:var(--control-ink)}
.audit-buttons{display:grid;grid-template-columns:repeat(3,1fr);gap:.25rem;margin-top:.3rem}
.audit-buttons button{padding:.2rem 0}
.audit-image select{width:100%;margin-top:.25rem}
[aria-pressed=true]{color:var(--paper);font-weight:650;border-color:transparent}
[data-mark=right][aria-pressed=true]{background:var(--ours-ink)}
[data-mark=wrong][aria-pressed=true]{background:var(--bad)}
[data-mark=unsure][aria-pressed=true]{background:var(--control-ink)}
.audit-actions{display:flex;flex-wrap:wrap;align-items:center;gap:.5rem;margin:.6rem 0}
.audit-bar{position:sticky;bottom:0;z-index:1;background:var(--card);border-top:1px solid var(--line);margin-top:1.2rem;padding:.3rem 0}
.audit-bar p{margin:.2rem 0}
.audit-bar [role=status]{font-weight:650;font-variant-numeric:tabular-nums}
#audit-results{margin-top:1.2rem}
@media (pointer:coarse){button,select{min-height:2.75rem}.audit-keys{display:none}}
@media (max-width:46rem){
.audit-bar [role=status]{font-size:.85rem;line-height:1.35}
.places{grid-template-columns:1fr}
.row{grid-template-columns:1fr;gap:.2rem;margin-top:.7rem}
.images{grid-template-columns:repeat(5,1fr)}
.few{display:grid;grid-template-columns:repeat(3,1fr)}.show:checked~.few{grid-template-columns:1fr}.few img{width:100%}.few .images{display:block}
}
@media (max-width:64rem){
.accuracy thead{display:none}
.accuracy caption,.accuracy tbody,.accuracy{display:block}
.accuracy tr{display:grid;grid-template-columns:1fr 1fr;gap:.1rem 1rem;border-top:1px solid var(--line);padding:.6rem 0}
.accuracy tbody th,.accuracy tbody td{border:0;padding:0;width:auto}
.accuracy tbody th,.accuracy td.chart{grid-column:1/-1;width:100%}
.accuracy .bar{height:1.7rem}
.accuracy td.number{text-align:left}
.accuracy td small.interval{text-align:left;padding:0}
.accuracy td.number::before{content:attr(data-label);display:block;font-size:.75rem;font-weight:400;color:var(--soft)}
.accuracy .start td.chart{display:none}
}
@media (min-width:34rem) and (max-width:64rem){.accuracy tr{grid-template-columns:repeat(5,1fr)}}
${PRINT_STYLE}`;
