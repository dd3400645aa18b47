/** Colours, which follow the reader's system, text, and what the page begins with. */
export const BASE_STYLE = `:root{color-scheme:light dark;--paper:#fbfaf7;--card:#fff;--ink:#1d2227;--soft:#5d666f;--line:#e3e0d8;--ours:#0b7a6f;
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
`;
