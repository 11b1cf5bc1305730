"""How the page looks; one text, so that the page can allow it by its digest, and a file beside it can hold it."""

COLOURS = """
:root{color-scheme:light dark;--ground:#f4f6f8;--card:#fff;--ink:#17212b;--soft:#56636f;--line:#dbe1e7;
--good:#1b7f4d;--bad:#c2312c;--open:#946200;--idle:#66727e;--mark:#2b5fb4;
--good-ground:#e7f5ed;--bad-ground:#fdecea;--open-ground:#fdf4dc}
@media (prefers-color-scheme:dark){:root{--ground:#10161c;--card:#19212a;--ink:#e7ecf1;--soft:#9ba8b5;
--line:#303b46;--good:#56c68d;--bad:#ff8078;--open:#e5b94e;--idle:#8f9ba7;--mark:#82b4ff;
--good-ground:#15291f;--bad-ground:#341b1a;--open-ground:#2e2611}}
.good{--state:var(--good)}.bad{--state:var(--bad)}.open{--state:var(--open)}.idle{--state:var(--idle)}
"""

FRAME = """
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif;
overflow-wrap:anywhere}
body>*{max-width:64rem;margin-left:auto;margin-right:auto;padding-left:1.25rem;padding-right:1.25rem}
a{color:var(--mark)}
h1,h2,h3{line-height:1.25}
h2{font-size:1.2rem;margin:0 0 .7rem}
h3{font-size:1rem;margin:0}
ol+h3,p+h3{margin-top:1rem}
p{margin:.4rem 0}
small,.foot,.notes{color:var(--soft);font-size:.85rem}
code{font-family:ui-monospace,SFMono-Regular,Menlo,monospace;font-size:.85em}
svg{display:block;max-width:100%;overflow:visible}
section{background:var(--card);border:1px solid var(--line);border-radius:10px;
padding:1.1rem 1.25rem;margin:0 0 1rem}
table{border-collapse:collapse;width:100%;font-size:.92rem}
th,td{text-align:left;vertical-align:top;padding:.4rem .8rem .4rem 0;
border-top:1px solid var(--line);font-weight:400}
thead th{color:var(--soft);font-size:.82rem;border:0;padding-bottom:.1rem}
tbody tr:first-child>*{border-top:0}
thead+tbody tr:first-child>*{border-top:1px solid var(--line)}
.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
td{font-variant-numeric:tabular-nums}
td.good,td.bad{color:var(--state)}
"""

HEAD = """
header{padding-top:1.6rem;padding-bottom:.6rem}
header .model{color:var(--soft);font-weight:600;margin:0}
h1{font-size:2.1rem;margin:.1rem 0 0;color:var(--state);letter-spacing:-.01em}
h1 .mark{display:inline-block;width:1.1em}
.sentence{font-size:1.1rem;margin:.1rem 0 .8rem}
ul.counts,ol.rail,nav ul{list-style:none;margin:0 0 .8rem;padding:0;display:flex;flex-wrap:wrap;gap:.4rem}
ul.counts li{color:var(--state);border:1px solid var(--line);background:var(--card);border-radius:99px;
padding:.05rem .7rem;font-size:.88rem;white-space:nowrap}
ol.rail{gap:.5rem}
ol.rail li{flex:1 1 9rem;background:var(--card);border:1px solid var(--line);border-top:4px solid var(--state);
border-radius:6px;padding:.4rem .7rem}
ol.rail a{color:var(--ink);text-decoration:none;font-weight:600}
ol.rail small{display:block}
header dl{display:flex;flex-wrap:wrap;gap:.3rem 1.4rem;margin:0;font-size:.88rem}
header dl div{display:flex;gap:.4rem}
header dt{color:var(--soft);white-space:nowrap}
header dd{margin:0;min-width:0}
nav{margin-bottom:.6rem}
nav ul{gap:.2rem 1rem;font-size:.9rem;margin:0}
"""

TASKS = """
ol.tasks{list-style:none;margin:0;padding:0;display:grid;gap:.7rem}
ol.tasks>li{border-left:4px solid var(--state);padding:.5rem .9rem;border-radius:0 6px 6px 0}
ol.tasks>.bad{background:var(--bad-ground)}
ol.tasks>.open{background:var(--open-ground)}
ol.tasks ul{margin:.2rem 0;padding-left:1.1rem}
.chip{color:var(--state);border:1px solid currentColor;border-radius:99px;padding:0 .5rem;font-size:.78rem;
font-weight:400;white-space:nowrap}
.fix{font-weight:600}
"""

ITEMS = """
.tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,17rem),1fr));gap:.8rem}
.tiles article{border:1px solid var(--line);border-left:4px solid var(--state);border-radius:6px;
padding:.6rem .8rem;min-width:0}
.tiles h3{font-weight:400;color:var(--soft);font-size:.92rem}
.tiles .value{font-size:1.3rem;font-variant-numeric:tabular-nums}
.tiles p{margin:.15rem 0}
details.item{border-top:1px solid var(--line)}
details.item:first-of-type{border-top:0}
summary{cursor:pointer;padding:.45rem 0;color:var(--soft)}
.item>summary{display:grid;grid-template-columns:1.4rem 5rem 1fr auto 15rem .8rem;gap:.5rem;align-items:center;
color:var(--ink);list-style:none}
.item>summary::-webkit-details-marker{display:none}
.item>summary::after{content:"▸";color:var(--soft);order:9}
.item[open]>summary::after{content:"▾"}
.item>summary:hover{background:var(--ground)}
.item>summary:focus-visible{outline:2px solid var(--mark)}
.sign,.state{color:var(--state);font-weight:600}
.state{font-size:.88rem;font-style:normal;white-space:nowrap}
.item[open]>summary .first{visibility:hidden}
.item[open]{padding-bottom:.8rem}
.findings td.sign{width:1.4rem}
.findings .plots{width:15rem;padding-right:0}
.findings tr .fix{margin:.1rem 0}
.plots small{white-space:nowrap}
.notes{margin:.5rem 0;padding-left:1.1rem}
.series{display:flex;flex-wrap:wrap;gap:1rem;margin:.6rem 0}
"""

PLOTS = """
svg .dot,svg .whisker{color:var(--state)}
svg.interval .span{color:var(--state);stroke-opacity:.45}
svg .allowed{color:var(--good);fill-opacity:.13}
svg .limit{color:var(--soft)}
svg .path{color:var(--soft)}
svg.curve .path,svg.curve .point,svg.curve .whisker{color:var(--mark)}
svg.curve .whisker{stroke-width:2}
svg text{fill:var(--soft)}
svg .under,svg .check{color:var(--mark)}
svg .step{color:var(--idle)}
svg .over{color:var(--bad)}
circle.dot.open{fill:var(--card)}
.bars{table-layout:fixed;max-width:48rem}
.bars caption{text-align:left;color:var(--soft);font-size:.88rem}
.bars th,.bars td{padding:.1rem .6rem .1rem 0;border:0;vertical-align:middle}
.bars th{width:32%}
.bars .n{width:6.5rem}
.bars svg{width:100%}
.trends th{width:40%}
"""

NARROW = """
@media (max-width:44rem){
body>*{padding-left:.8rem;padding-right:.8rem}
section{padding:.9rem .8rem}
h1{font-size:1.7rem}
.item>summary{grid-template-columns:1.2rem auto 1fr .8rem;gap:.1rem .5rem}
.item>summary .title{grid-column:2/5;order:10}
.item>summary .state{text-align:right}
.item>summary .first{display:none}
.stacked thead{display:none}
.stacked tr,.findings tr{display:block;border-top:1px solid var(--line);padding:.45rem 0}
.stacked tr:first-child,.findings tr:first-child{border-top:0}
.stacked th,.stacked td,.findings td{display:block;border:0!important;padding:.05rem 0;width:auto!important}
.findings tr{display:grid;grid-template-columns:1.4rem 1fr}
.findings .plots{grid-column:2}
.stacked td[data-label]::before{content:attr(data-label) " ";color:var(--soft)}
.stacked td.n{text-align:left}
}
@media print{body{background:none}section{border:0;padding:0}nav{display:none}
details::details-content{content-visibility:visible;block-size:auto}}
"""

STYLE = COLOURS + FRAME + HEAD + TASKS + ITEMS + PLOTS + NARROW
