/** Windows that are narrow. */
export const NARROW_STYLE = `@media (max-width:46rem){
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
`;
