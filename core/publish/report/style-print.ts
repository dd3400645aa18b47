/** How a page is printed: on white, with its colours, nothing folded away, and rows and pictures whole. */
export const PRINT_STYLE = `
@page{size:A4;margin:14mm 12mm}
@media print{
:root{--paper:#fff}
html{font-size:11px;print-color-adjust:exact;-webkit-print-color-adjust:exact}
main{max-width:none;padding:0}
section{margin-top:2rem}
nav,#audit-images,.show,.show+label,.thumbs .told{display:none}
details::details-content{content-visibility:visible;display:block;block-size:auto}
.scroll{overflow:visible}
pre{white-space:pre-wrap;columns:3}
.images .told{display:block}
.images{grid-template-columns:repeat(auto-fill,minmax(7.5rem,1fr))}
.images img{max-width:4.5rem}
.confusion{--cell:1.35rem;font-size:.7rem}
.card,.lead,.row,.pair .scroll,.scatter,.place,.class,.method,.warnings li,.brief>div,tr,figure,svg,dl>div{break-inside:avoid}
h1,h2,h3,.place h4,caption,summary,.results,.lead,thead{break-after:avoid}
}
`;
