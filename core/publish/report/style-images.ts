/** Images of the mined and the distilled sets. */
export const IMAGES_STYLE = `img{display:block;image-rendering:pixelated;border-radius:3px;background:var(--line)}
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
`;
