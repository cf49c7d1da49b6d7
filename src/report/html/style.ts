/** The page's style. Colours keep a contrast of 4.5:1 on their ground in both schemes; nothing is told by colour alone. */
export const style = `
:root{--ground:#fff;--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;--card:#f6f8fa;--focus:#0550ae;--critical:#a40e26;--high:#b35900;--medium:#7d6100;--low:#0550ae;--info:#57606a;--ok:#116329}
@media (prefers-color-scheme:dark){:root{--ground:#0d1117;--ink:#e6edf3;--soft:#9da7b1;--line:#30363d;--card:#161b22;--focus:#79c0ff;--critical:#ff8a95;--high:#ffb06b;--medium:#e3c341;--low:#79c0ff;--info:#9da7b1;--ok:#7ee787}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
header,main,footer{max-width:1180px;margin:0 auto;padding:0 20px}
header{padding-top:24px}
h1{font-size:26px;margin:0 0 12px}
h2{font-size:19px;margin:32px 0 10px;border-bottom:1px solid var(--line);padding-bottom:4px}
dl{margin:0;display:grid;gap:2px}
dl div{display:grid;grid-template-columns:170px 1fr;gap:10px}
dt{color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere}
code{font:13px/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
.soft{color:var(--soft);font-size:13px}
.skip{position:absolute;left:-9999px}
.skip:focus{left:8px;top:8px;background:var(--ground);padding:6px}
.gaps{border:1px solid var(--high);border-left-width:6px;border-radius:6px;padding:8px 12px;margin:16px 0}
.whole{color:var(--ok)}
.cards{list-style:none;display:flex;flex-wrap:wrap;gap:10px;padding:0;margin:0}
.card{background:var(--card);border:1px solid var(--line);border-top:4px solid var(--line);border-radius:6px;padding:8px 14px;min-width:108px}
.card b{display:block;font-size:24px;line-height:1.2}
.card.critical{border-top-color:var(--critical)}.card.high{border-top-color:var(--high)}.card.medium{border-top-color:var(--medium)}.card.low{border-top-color:var(--low)}.card.pass{border-top-color:var(--ok)}.card.path{border-top-color:var(--ink)}
details{border:1px solid var(--line);border-radius:6px;margin:8px 0;padding:6px 12px}
summary{cursor:pointer;overflow-wrap:anywhere}
summary:focus-visible,.rows:focus-visible,input:focus-visible,select:focus-visible,.row:focus-visible,a:focus-visible{outline:2px solid var(--focus);outline-offset:1px}
.risk{display:inline-block;min-width:44px;text-align:center;font-weight:700;border:2px solid currentColor;border-radius:4px;padding:0 4px}
.critical{color:var(--critical)}.high{color:var(--high)}.medium{color:var(--medium)}.low{color:var(--low)}.info{color:var(--info)}
.card.critical,.card.high,.card.medium,.card.low{color:inherit}
.new{font-style:normal;font-weight:700;border:1px solid currentColor;border-radius:3px;padding:0 4px}
svg{max-width:100%;height:auto;margin:10px 0;display:block}
.box rect{fill:var(--card);stroke:var(--ink)}
.box.entry rect{stroke:var(--critical);stroke-width:2;stroke-dasharray:5 3}
.box.target rect{stroke:var(--critical);stroke-width:2.5}
svg text{fill:var(--ink);font:12px system-ui,sans-serif;text-anchor:middle}
svg .kind{fill:var(--soft);font-size:10.5px}
svg .label{fill:var(--soft);font-size:10.5px}
.edge{fill:none;stroke:var(--ink);stroke-width:1.4}
.edge.conditional,.edge.unknown{stroke-dasharray:5 3}
.tip{fill:var(--ink)}
.hops li{margin:4px 0}
.hops ul{margin:2px 0 6px;padding-left:18px;font-size:13px;color:var(--soft)}
table{border-collapse:collapse;width:100%;margin:8px 0}
th,td{text-align:left;padding:4px 8px;border-bottom:1px solid var(--line);vertical-align:top}
thead th{color:var(--soft);font-weight:600}
.controls th[scope=row]{white-space:nowrap;font-weight:600}
.r-fail td:nth-child(3){color:var(--critical);font-weight:700}
.r-pass td:nth-child(3){color:var(--ok)}
.filters{display:flex;flex-wrap:wrap;gap:12px;align-items:end;margin:8px 0}
.filters label{font-size:13px;color:var(--soft)}
.filters input[type=search]{display:block;width:280px}
.filters select{display:block}
input,select{font:inherit;color:inherit;background:var(--ground);border:1px solid var(--soft);border-radius:4px;padding:4px 8px}
.grid{border:1px solid var(--line);border-radius:6px;overflow:hidden}
.rows{height:46vh;min-height:240px;overflow-y:scroll;scrollbar-gutter:stable;position:relative}
.row{display:grid;grid-template-columns:76px 92px 230px minmax(140px,1fr) minmax(180px,2fr);gap:10px;padding:0 10px;height:32px;align-items:center;border-bottom:1px solid var(--line);font-size:13px}
.row span{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.row.head{font-weight:600;color:var(--soft);background:var(--card);overflow:hidden;scrollbar-gutter:stable}
.rows .row{position:absolute;left:0;right:0;cursor:pointer}
.rows .row:hover,.rows .row[aria-selected=true]{background:var(--card)}
#detail{border:1px solid var(--line);border-radius:6px;padding:10px 16px;margin:12px 0;background:var(--card)}
#detail h3{margin:0 0 6px;font-size:16px}
#detail p{margin:4px 0;overflow-wrap:anywhere}
footer{color:var(--soft);font-size:13px;padding-bottom:40px}
@media (max-width:760px){.row{grid-template-columns:70px 1fr 1fr}.row span:nth-child(2),.row span:nth-child(5){display:none}dl div{grid-template-columns:1fr}}
@media print{.filters,.rows,.grid,#detail{display:none}details{border:0}}
@media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
`;
