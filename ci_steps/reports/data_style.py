"""How the section on the data looks; one text, so that a page can allow it by its digest and nothing else."""

STYLE = """
.iddr-data{--ink:#1c2733;--soft:#5b6875;--line:#d5dbe1;--card:#fff;--one:#2b6cb0;--two:#c05621;--minus:#b83280;
color:var(--ink);font:15px/1.45 system-ui,sans-serif;max-width:75rem;margin:0 auto}
@media (prefers-color-scheme:dark){.iddr-data{--ink:#e4e9ee;--soft:#9aa7b4;--line:#38444f;--card:#1b232b;
--one:#63b3ed;--two:#f6ad55;--minus:#f687b3}}
.iddr-data h2{font-size:1.35rem;margin:1.2rem 0 .4rem}
.iddr-data h3{font-size:1rem;margin:0;overflow-wrap:anywhere}
.iddr-data p{margin:.3rem 0;color:var(--soft)}
.iddr-data .cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,20rem),1fr));gap:.8rem}
.iddr-data .card{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:.7rem .8rem;
min-width:0}
.iddr-data .kind{color:var(--soft);font-weight:400;font-size:.85rem}
.iddr-data svg{display:block;max-width:100%;height:auto;margin:.4rem 0}
.iddr-data .plot{width:100%}
.iddr-data .levels svg{margin:0;width:100%;height:.75rem}
.iddr-data .one{fill:var(--one);fill-opacity:.55}
.iddr-data .two{fill:none;stroke:var(--two);stroke-width:1.5}
.iddr-data .bar-two{fill:var(--two);fill-opacity:.8}
.iddr-data .minus{fill:var(--minus)}
.iddr-data .plus{fill:var(--one)}
.iddr-data .axis{stroke:var(--line)}
.iddr-data text{fill:var(--soft)}
.iddr-data .scroll{overflow-x:auto}
.iddr-data table{border-collapse:collapse;font-size:.88rem;width:100%}
.iddr-data th,.iddr-data td{padding:.12rem .4rem .12rem 0;text-align:left;vertical-align:middle;
overflow-wrap:anywhere}
.iddr-data th{font-weight:400;color:var(--soft)}
.iddr-data .n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.iddr-data .levels{table-layout:fixed}
.iddr-data .levels th{width:32%;color:var(--ink)}
.iddr-data .levels .n{width:38%}
.iddr-data .key{display:inline-block;margin:0 .4rem 0 0;vertical-align:-.05rem}
body.iddr-page{margin:0;padding:0 1rem 2rem;background:#f5f7f9}
@media (prefers-color-scheme:dark){body.iddr-page{background:#12181e}}
"""
