#include "report_parts.hpp"

namespace program::page {

// Text has a contrast of at least 4.5 with what is behind it, in light and in dark; lines and markers at least 3. The eight colours of the
// curves differ for the common kinds of colour blindness, and each goes with a marker.
const char* const style = R"css(
:root{color-scheme:light dark;--paper:#fff;--ink:#1b1c1e;--soft:#595c61;--rule:#d9dbde;--faint:#f4f5f6;--grid:#e6e7e9;--others:#c9ccd0;
--accent:#0b5fa5;--best:#dcebf8;--right:#6fb0e6;--wrong:#f2a25c;--bar:#d5d8dc;
--c0:#0072b2;--c1:#c75300;--c2:#00795a;--c3:#a63d8f;--c4:#7d6608;--c5:#3b2f9e;--c6:#c2185b;--c7:#25829f}
@media (prefers-color-scheme:dark){:root{--paper:#16181b;--ink:#e7e8ea;--soft:#a6abb2;--rule:#3a3e44;--faint:#1f2226;--grid:#2b2e33;--others:#4a4f57;
--accent:#7cbcf5;--best:#17395a;--right:#1c5f9c;--wrong:#8a4609;--bar:#3a3f46;
--c0:#56b4e9;--c1:#ff9448;--c2:#36c79b;--c3:#e08fd0;--c4:#d8c04e;--c5:#aaa5ff;--c6:#ff7ca8;--c7:#8fdcec}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:1240px;margin:0 auto;padding:2.5rem 1.25rem 4rem}
h1{font-size:1.9rem;line-height:1.2;margin:0 0 .75rem;font-weight:650;letter-spacing:-.01em}
h2{font-size:1.35rem;line-height:1.25;margin:0 0 .6rem;font-weight:650}
h3{font-size:1.02rem;margin:1.6rem 0 .35rem;font-weight:650}
h4{font-size:.9rem;margin:0 0 .3rem;font-weight:600}
h4 small,td small{font-weight:400;color:var(--soft)}
p{margin:0 0 .7rem;max-width:46rem}
section{border-top:1px solid var(--rule);margin-top:2.6rem;padding-top:1.6rem}
a{color:var(--accent)}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.86rem}
pre{background:var(--faint);border:1px solid var(--rule);border-radius:4px;padding:.6rem .8rem;margin:.3rem 0 0;white-space:pre-wrap;overflow-wrap:anywhere}
nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;list-style:none;padding:0;margin:1.4rem 0 0;font-size:.93rem}
.facts{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1.2rem;margin:1.2rem 0;font-size:.93rem;max-width:60rem}
.facts dt{color:var(--soft)}.facts dd{margin:0;overflow-wrap:anywhere}
.summary{font-size:1.06rem}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.scroll{overflow-x:auto;position:relative;max-width:100%;padding-bottom:2px}
.scroll:focus-visible,summary:focus-visible,a:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
table{border-collapse:collapse;font-size:.86rem;font-variant-numeric:tabular-nums;line-height:1.3}
th,td{padding:.22rem .6rem;text-align:right;font-weight:400;white-space:nowrap}
thead th{color:var(--soft);vertical-align:bottom}
thead tr:last-child>*{border-bottom:1px solid var(--soft)}
tbody tr>*{border-bottom:1px solid var(--grid)}
th:first-child{text-align:left;position:sticky;left:0;background:var(--paper);z-index:1}
.results,.plain{margin-top:.3rem}
th:first-child{padding-left:0}.results thead tr:last-child th:first-child{padding-left:.6rem}
.results thead th[rowspan]{border-bottom:1px solid var(--soft)}
.results thead th[scope=colgroup]{text-align:center;padding-bottom:.1rem}
.results thead tr:last-child th:first-child{text-align:right;position:static}
.results .apart{padding-left:1.6rem}
.results .family th{padding-top:.7rem;color:var(--soft);font-size:.8rem;border-bottom-color:var(--rule)}
.family span{position:sticky;left:0}
.best{background:var(--best)}.best b{font-weight:650}.best small{color:var(--ink)}
.plain thead th,.plain tbody th{text-align:left}.plain thead th+th{text-align:right}
figure{margin:0 0 1.8rem}
figcaption h3{margin-top:1rem}
details{margin:.7rem 0 0;font-size:.9rem}
summary{cursor:pointer;color:var(--accent);width:max-content}
details .scroll{margin-top:.4rem;max-height:26rem;overflow-y:auto;width:max-content}
.panels{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,320px),1fr));gap:1.4rem 1.2rem;margin-top:.9rem}
.panels.narrow{grid-template-columns:repeat(auto-fill,minmax(min(100%,200px),1fr))}
.panel{max-width:440px}.narrow .panel{max-width:300px}
.panel h4{padding-left:12.5%}.narrow .panel h4{padding-left:16.5%}
svg{display:block;width:100%;height:auto;overflow:visible}
svg text{font:11.5px system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;fill:var(--ink);font-variant-numeric:tabular-nums}
svg .tick,svg .axis{fill:var(--soft)}svg .end{text-anchor:end}svg .middle{text-anchor:middle}
.grid{stroke:var(--grid);stroke-width:1;fill:none}
.reference{stroke:var(--soft);stroke-width:1.4;stroke-dasharray:5 3;fill:none}
.others{fill:none;stroke:var(--others);stroke-width:1}
.leader{fill:none;stroke:var(--others);stroke-width:1}
.curve{fill:none;stroke:var(--c);stroke-width:1.8;stroke-linejoin:round}
.deviation{fill:none;stroke:var(--c);stroke-width:1.1;opacity:.75}
[class^=s] circle,[class^=s] g path,.panel [class^=s]>path:not([class]){fill:var(--c);stroke:var(--paper);stroke-width:.8}
.s0{--c:var(--c0)}.s1{--c:var(--c1)}.s2{--c:var(--c2)}.s3{--c:var(--c3)}.s4{--c:var(--c4)}.s5{--c:var(--c5)}.s6{--c:var(--c6)}.s7{--c:var(--c7)}
.share{fill:var(--bar)}
.attentions{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,540px),1fr));gap:1.6rem 2rem;margin-top:1rem}
.tiles{display:grid;grid-template-columns:repeat(4,1fr);gap:.6rem}
.tile svg{border:1px solid var(--rule);overflow:hidden;background:#fff}
.tile p{font-size:.82rem;line-height:1.35;margin:.3rem 0 0;color:var(--soft)}.mark{white-space:nowrap;color:var(--ink)}
.faded{filter:grayscale(1);opacity:.4}
.more{fill:#e8590c}.less{fill:#1c6fd0}
.scales{display:flex;flex-wrap:wrap;gap:.2rem 1.6rem;margin-top:.5rem}
.scale{display:flex;align-items:center;gap:.45rem;font-size:.8rem;color:var(--soft);margin:0;font-variant-numeric:tabular-nums}
.bar{width:84px;height:9px;border:1px solid var(--rule)}
.sequential{background:linear-gradient(90deg,#fff,#e8590ce6)}.diverging{background:linear-gradient(90deg,#1c6fd0e6,#fff,#e8590ce6)}
.confusion{margin-top:.6rem;font-size:.8rem}
.confusion td{padding:.12rem .2rem;min-width:1.75rem;height:1.75rem;text-align:center;border:1px solid var(--grid)}
.confusion thead td{border:0}
.confusion td.right{background:color-mix(in srgb,var(--right) var(--share,0%),var(--paper))}
.confusion td.wrong{background:color-mix(in srgb,var(--wrong) var(--share,0%),var(--paper))}
.confusion td.sum{border-color:transparent;color:var(--soft);padding-left:.5rem}
.confusion tbody th{border-bottom:0;padding:.12rem .5rem .12rem 0}
.confusion .axis{text-align:left;font-size:.8rem}
.confusion .turned{padding:.3rem 0;text-align:left}
.turned span{writing-mode:vertical-rl;transform:rotate(180deg)}
.lead{margin:.9rem 0 .2rem}ol{margin:0;padding-left:1.4rem;font-size:.93rem}
.gallery{display:flex;flex-wrap:wrap;gap:.7rem .6rem;list-style:none;padding:0;margin:.5rem 0 0}
.gallery li{width:96px;font-size:.8rem;line-height:1.3;color:var(--soft);overflow-wrap:anywhere}
.gallery img{display:block;border:1px solid var(--rule);margin-bottom:.15rem}
@media (max-width:600px){main{padding:1.4rem 1rem 3rem}h1{font-size:1.5rem}.facts{grid-template-columns:1fr;gap:0}.facts dd{margin-bottom:.5rem}
.gallery li{width:calc(25% - .45rem)}.gallery img{width:100%;height:auto}th,td{padding:.22rem .45rem}.tile p{font-size:.76rem}
.panels:not(.narrow) svg text{font-size:12px}}
@media print{body{font-size:10.5pt}main{max-width:none;padding:0}nav,details{display:none}section{margin-top:1.2rem;padding-top:.8rem}
.scroll{overflow:visible}.panel,.attention,tr,li{break-inside:avoid}h2,h3,h4,figcaption,section>p{break-after:avoid}table{font-size:7.5pt}
th,td{padding:.15rem .3rem}.best,.confusion td,.share,.bar,.tile svg{-webkit-print-color-adjust:exact;print-color-adjust:exact}
.panels{grid-template-columns:repeat(2,1fr)}.panels.narrow{grid-template-columns:repeat(3,1fr)}}
)css";

}  // namespace program::page
