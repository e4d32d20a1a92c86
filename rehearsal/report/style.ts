/**
 * One set of names for colors, with values for light, dark and paper. Text has a contrast of at least 4.5 to 1 on its
 * background, marks of charts at least 3 to 1.
 */
export const style = `
:root { color-scheme: light dark; --page: #fff; --text: #1f2328; --muted: #57606a; --rule: #d0d7de; --head: #f3f5f7; --link: #0a58b0;
  --c0: #1f5f8b; --c1: #b3541e; --c2: #3f7a34; --c3: #7a4f9a; --bad: #b3261e; --good: #256029; --gray: #858e97; --bad-page: #fbeceb; --good-page: #e9f3ea; --band: #eceff2; }
@media (prefers-color-scheme: dark) { :root { --page: #14181d; --text: #e3e7eb; --muted: #a5aeb8; --rule: #39424c; --head: #1f252c; --link: #79b8ff;
  --c0: #6fb3e0; --c1: #f0a35e; --c2: #86c56f; --c3: #c39be0; --bad: #ff8b80; --good: #86c98b; --gray: #7d8690; --bad-page: #3a1d1c; --good-page: #1c2f20; --band: #222931; } }
@media print { :root { color-scheme: light; --page: #fff; --text: #000; --muted: #444; --rule: #bbb; --head: #f3f5f7; --link: #000;
  --c0: #1f5f8b; --c1: #b3541e; --c2: #3f7a34; --c3: #7a4f9a; --bad: #b3261e; --good: #256029; --gray: #858e97; --bad-page: #fbeceb; --good-page: #e9f3ea; --band: #eceff2; } }
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--page); margin: 1.5rem auto; max-width: 1180px; padding: 0 1rem; overflow-wrap: break-word; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .3rem; } h2 { font-size: 1.25rem; margin: 2.2rem 0 .7rem; border-bottom: 1px solid var(--rule); } h3 { font-size: 1rem; margin: 1.2rem 0 .4rem; }
p { margin: .4rem 0; } a { color: var(--link); } .muted, .took, .status { color: var(--muted); } code { font-size: .9em; }
nav { display: flex; flex-wrap: wrap; gap: .2rem 1rem; margin: .6rem 0; }
table { border-collapse: collapse; width: 100%; margin: .3rem 0; font-size: 13px; } caption, figcaption { text-align: left; font-weight: 600; font-size: 13px; }
th, td { text-align: left; vertical-align: top; padding: .25rem .5rem; border-bottom: 1px solid var(--rule); font-weight: normal; } thead th { background: var(--head); font-weight: 600; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; } .arn, #access td { font-size: 12px; overflow-wrap: anywhere; min-width: 9rem; }
.scroll { overflow-x: auto; } .when { white-space: nowrap; }
.story { list-style: none; padding: 0; margin: 0; } .story li { display: grid; grid-template-columns: 1.2rem 6.5rem 1fr auto; gap: 0 .6rem; padding: .2rem 0; border-bottom: 1px solid var(--rule); }
.mark { font-weight: bold; } .passed .mark { color: var(--good); } .failed .mark, .failed .status { color: var(--bad); } .took { white-space: nowrap; }
.error { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--bad-page); padding: .5rem; margin: .4rem 0; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(330px, 100%), 1fr)); gap: 1.2rem; align-items: start; } .wide { min-width: 0; }
@media (min-width: 760px) { .wide { grid-column: span 2; } .charts.two { grid-template-columns: 1fr 1fr; } }
figure { margin: 0; min-width: 0; break-inside: avoid; } figure svg { display: block; width: 100%; max-width: 520px; height: auto; font: 12px system-ui, sans-serif; }
svg text { fill: var(--text); } svg text.muted { fill: var(--muted); } .c0 { --own: var(--c0); } .c1 { --own: var(--c1); } .c2 { --own: var(--c2); } .c3 { --own: var(--c3); }
.line { fill: none; stroke: var(--own); stroke-width: 2; } .c1 .line, .c1.line { stroke-dasharray: 7 2; } .reference { fill: none; stroke: var(--own); stroke-width: 1.5; stroke-dasharray: 2 3; } .dot { fill: var(--own); stroke: var(--page); }
.grid { stroke: var(--rule); stroke-width: .6; } .axis { stroke: var(--muted); } .band { fill: var(--band); } .limit { stroke: var(--text); stroke-dasharray: 4 3; stroke-width: 1.3; }
.bar.normal { fill: var(--c0); } .bar.bad { fill: var(--bad); } .bar.muted { fill: var(--gray); }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 0 .9rem; padding: 0; margin: 0; font-size: 12px; } .story, .phases { list-style: none; padding: 0; margin: .4rem 0; } .phases > li { display: grid; grid-template-columns: 6.5rem 1fr; gap: .6rem; font-size: 12px; } .phases > li > :only-child { grid-column: 1 / -1; } .phase { font-weight: 600; padding-top: .35rem; }
.path { font-size: inherit; } .legend svg { display: inline; width: 22px; margin-right: .3rem; vertical-align: middle; }
.step rect { fill: var(--head); stroke: var(--c0); } .step.bad rect { stroke: var(--bad); stroke-width: 2; } .step.muted rect { stroke: var(--gray); stroke-dasharray: 3 3; } .step .name { font-weight: 600; } .arrow { fill: none; stroke: var(--muted); }
.matrix td.right { background: var(--good-page); } .matrix td.wrong { background: var(--bad-page); }
details { margin: .4rem 0; } summary { cursor: pointer; padding: .15rem 0; } article { border-left: 3px solid var(--rule); padding: 0 0 .2rem .8rem; margin: .8rem 0; } article.failed { border-color: var(--bad); }
dl { display: grid; grid-template-columns: minmax(5rem, max-content) 1fr; gap: .1rem .8rem; margin: .3rem 0; font-size: 13px; } dt { font-weight: 600; } dd { margin: 0; min-width: 0; overflow-wrap: anywhere; } article dt { max-width: 20rem; overflow-wrap: anywhere; }
.small { font-size: 12px; } ul { padding-left: 1.1rem; margin: .4rem 0; font-size: 13px; }
.numbers { display: grid; grid-template-columns: repeat(auto-fill, minmax(200px, 1fr)); gap: 0 1.5rem; } .numbers div { display: flex; justify-content: space-between; border-bottom: 1px solid var(--rule); padding: .2rem 0; } .numbers dt { font-weight: normal; } .numbers dd { margin: 0; font-variant-numeric: tabular-nums; }
.topics { font-size: 12px; } .topic-list { display: block; } .topic-list div { margin: .5rem 0; } :target { background: var(--band); }
.path { list-style: none; padding: 0; margin: .2rem 0; display: flex; flex-wrap: wrap; gap: .25rem .2rem; font-size: 12px; } .path li { border: 1px solid var(--gray); border-radius: 3px; padding: 0 .4rem; }
.path .choice { border-radius: 999px; border-style: dashed; } .path .wait { color: var(--muted); } .path .end { font-weight: 600; background: var(--good-page); border-color: var(--good); } .path .end.bad { background: var(--bad-page); border-color: var(--bad); }
input[type=search] { width: 100%; padding: .4rem; font: inherit; color: inherit; background: var(--page); border: 1px solid var(--gray); }
@media (max-width: 600px) { body { margin: .8rem auto; } .story li { grid-template-columns: 1.2rem 1fr auto; } .story li > :nth-child(3) { grid-column: 2 / -1; grid-row: 2; } dl { grid-template-columns: 1fr; } dd { margin: 0 0 .3rem; } }
@media print { body { font-size: 11px; max-width: none; margin: 0; } nav, input { display: none; } table, dl, ul, .path { font-size: 10px; } a { text-decoration: none; } * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } .printed::details-content { content-visibility: visible; height: auto; } article, tr { break-inside: avoid; } h2, h3 { break-after: avoid; } }
`;
