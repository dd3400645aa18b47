/** Code, controls, and the audit by hand. */
export const AUDIT_STYLE = `pre{overflow-x:auto;font:.8rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:1rem}
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
`;
