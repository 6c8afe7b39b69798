/** The one style sheet of the HTML report: light, dark, print. No fonts, images or scripts are fetched. */
export const STYLE = `
:root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--ink:#16202e;--soft:#4a5768;--line:#d5dbe3;--accent:#1d4f80;--focus:#0b57d0;
--pass:#115c34;--pass-bg:#dff2e6;--fail:#9b1616;--fail-bg:#fde6e4;--unclear:#6f4400;--unclear-bg:#fdeecd;--na:#4a5768;--na-bg:#eceff3}
@media (prefers-color-scheme:dark){:root{--bg:#0f141a;--card:#171e27;--ink:#e8ecf1;--soft:#adb8c5;--line:#313c4a;--accent:#93c4f0;--focus:#a8c7fa;
--pass:#86dba9;--pass-bg:#12341f;--fail:#ffa59c;--fail-bg:#451b1b;--unclear:#f3c872;--unclear-bg:#3a2b0b;--na:#b6c1cd;--na-bg:#27303c}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;-webkit-text-size-adjust:none;text-size-adjust:none}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
a{color:var(--accent);text-underline-offset:.15em}
:focus-visible{outline:3px solid var(--focus);outline-offset:2px;border-radius:3px}
.skip{position:absolute;left:1rem;top:-5rem;background:var(--card);color:var(--ink);padding:.6rem 1rem;border:2px solid var(--focus);z-index:3}
.skip:focus{top:1rem}
code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.875em;overflow-wrap:anywhere}
h1,h2,h3{line-height:1.25;text-wrap:balance;overflow-wrap:anywhere}
h1{font-size:2.1rem;margin:.2rem 0 1rem;letter-spacing:-.015em}
h2{font-size:1.45rem;margin:0 0 .8rem;letter-spacing:-.01em}
h3{font-size:1.08rem;margin:2rem 0 .6rem}
p,ul,ol{margin:.5rem 0}
.top{background:var(--card);border-bottom:1px solid var(--line);padding:2rem clamp(1rem,4vw,3rem) 1.5rem}
.eyebrow{color:var(--soft);margin:0;font-size:.95rem}
.meta{display:flex;flex-wrap:wrap;gap:.6rem 2.5rem;margin:0}
.meta div{min-width:0}
.meta dt{color:var(--soft);font-size:.82rem}
.meta dd{margin:0;overflow-wrap:anywhere}
.layout{display:grid;grid-template-columns:14rem minmax(0,1fr);gap:2.5rem;max-width:92rem;padding:1.5rem clamp(1rem,4vw,3rem) 3rem}
nav{position:sticky;top:1.5rem;align-self:start;font-size:.93rem}
nav p{font-weight:600;margin:0 0 .4rem}
nav ol{list-style:none;margin:0;padding:0;border-left:2px solid var(--line)}
nav a{display:block;padding:.3rem .9rem;text-decoration:none;color:var(--ink)}
nav a:hover{text-decoration:underline;color:var(--accent)}
main:focus{outline:none}
section{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:1.6rem clamp(1rem,2.5vw,2rem);margin:0 0 1.5rem}
[id]{scroll-margin-top:1rem}
.lead{max-width:70ch;color:var(--soft)}
.banner{display:flex;gap:1rem;align-items:flex-start;border-radius:8px;padding:1.1rem 1.3rem;border:1px solid currentColor;margin:0 0 1.2rem}
.banner p{margin:.15rem 0 0;color:var(--ink)}
.banner .headline{font-size:1.3rem;font-weight:650;line-height:1.3;margin:0;color:inherit}
.banner .sign{font-size:1.5rem;line-height:1.2;font-weight:700}
.v-pass{color:var(--pass);background:var(--pass-bg)}.v-fail{color:var(--fail);background:var(--fail-bg)}
.v-inconclusive{color:var(--unclear);background:var(--unclear-bg)}.v-not_applicable{color:var(--na);background:var(--na-bg)}
.badge{display:inline-block;border-radius:4px;padding:.08rem .5rem;font-size:.85rem;font-weight:600;white-space:nowrap}
.tag{display:inline-block;border:1px solid var(--line);border-radius:4px;padding:0 .4rem;font-size:.8rem;color:var(--soft);white-space:nowrap}
.tag.shall{color:var(--ink);border-color:var(--soft);font-weight:600}
.counts{display:grid;grid-template-columns:repeat(auto-fit,minmax(19rem,1fr));gap:1rem;margin-bottom:1.6rem}
.counts table{border:1px solid var(--line);border-radius:8px;border-collapse:separate;border-spacing:0;margin:0;padding:.4rem .9rem .7rem}
.counts caption{padding:0 0 .3rem}
.counts th,.counts td{border:0;padding:.25rem .3rem}
.counts th{font-weight:400;color:var(--ink)}
.counts td{text-align:right;font-size:1.35rem;font-weight:650;font-variant-numeric:tabular-nums;line-height:1.2}
.scroll{overflow-x:auto;max-width:100%}
table{width:100%;border-collapse:collapse;font-size:.93rem;margin:.3rem 0 1rem}
caption{text-align:left;font-weight:600;padding:.3rem 0 .5rem}
th,td{text-align:left;vertical-align:top;padding:.5rem .7rem;border-top:1px solid var(--line);overflow-wrap:break-word}
.scroll td{min-width:6.5rem;overflow-wrap:anywhere}
thead th{border-top:0;border-bottom:2px solid var(--line);color:var(--soft);font-size:.85rem;font-weight:600;vertical-align:bottom}
tbody th{font-weight:500}
.group th{background:var(--bg);font-weight:650;padding:.55rem .7rem}
.group .badge{margin-left:.5rem}
.map td,.map th{padding:.35rem .7rem;vertical-align:middle}
.map th[scope=row]{min-width:15rem;font-weight:400}
.squares{display:flex;flex-wrap:wrap;gap:4px;list-style:none;margin:0;padding:0}
.squares a{display:grid;place-items:center;width:26px;height:26px;border-radius:5px;text-decoration:none;font-weight:700;font-size:.85rem}
.squares a:hover{outline:2px solid currentColor}
.legend{display:grid;gap:.3rem;list-style:none;padding:0;margin:.4rem 0 0;font-size:.93rem;color:var(--soft)}
.legend .badge{min-width:8.6rem;margin-right:.5rem}
.steps{padding-left:0;list-style:none;counter-reset:step}
.steps li{counter-increment:step;display:grid;grid-template-columns:2.2rem minmax(0,1fr);padding:.9rem 0;border-top:1px solid var(--line)}
.steps li::before{content:counter(step);font-weight:650;color:var(--soft);font-variant-numeric:tabular-nums}
.steps li:first-child{border-top:0}
.steps p{margin:.15rem 0}
.steps .do{font-weight:550}.steps .do .soft{font-weight:400}
.soft{color:var(--soft)}
.duties{font-size:.88rem}
.duties a{margin-right:.5rem;white-space:nowrap;display:inline-block}
.duty{min-width:13rem}
.verdicts td:nth-child(3){min-width:15rem}.verdicts td:nth-child(4){min-width:12.5rem}.verdicts td:nth-child(5){min-width:8rem}
.reasons,.refs{list-style:none;padding:0;margin:0}
.reasons li+li,.refs li+li{margin-top:.4rem}
.code{display:block;font-size:.78rem;color:var(--soft)}
.figure{border:1px solid var(--line);border-radius:8px;padding:.6rem;margin:0 0 1rem}
.figure svg{display:block;max-width:100%;height:auto;margin:auto}
figcaption{color:var(--soft);font-size:.9rem;padding-top:.4rem}
.g-box,.g-mask{fill:var(--card)}.g-box,.g-line{stroke:var(--soft)}.g-tip{fill:var(--soft)}.g-edge{fill:var(--accent)}.g-ink{fill:var(--ink)}.g-soft{fill:var(--soft)}
.ixit-empty{display:flex;flex-wrap:wrap;gap:.2rem 1rem;align-items:baseline;border-top:1px solid var(--line);padding:.5rem 0;margin:0}
.ixit-empty h3{margin:0;font-size:1rem;font-weight:500}.ixit-empty p{margin:0;color:var(--soft)}
.num{white-space:nowrap;overflow-wrap:normal;font-variant-numeric:tabular-nums}
pre{background:var(--bg);border:1px solid var(--line);border-radius:6px;padding:.8rem 1rem;white-space:pre-wrap;overflow-wrap:anywhere;margin:.5rem 0;font-size:.88rem}
footer{border-top:1px solid var(--line);padding:1.2rem clamp(1rem,4vw,3rem) 2.5rem;color:var(--soft);font-size:.9rem}
@media (max-width:62rem){.layout{grid-template-columns:minmax(0,1fr)}nav{position:static}nav ol{display:flex;flex-wrap:wrap;border:0;gap:.2rem}nav a{padding:.25rem .8rem .25rem 0}h1{font-size:1.7rem}}
@media print{:root{color-scheme:light;--bg:#fff;--card:#fff;--ink:#000;--soft:#3a4450;--line:#b9c0c9;--accent:#123a60;--pass:#115c34;--pass-bg:#fff;--fail:#9b1616;--fail-bg:#fff;--unclear:#6f4400;--unclear-bg:#fff;--na:#3a4450;--na-bg:#fff}
@page{size:A4;margin:16mm 14mm}body{font-size:9.5pt}nav,.skip{display:none}.layout{display:block;padding:0}.top{padding:0 0 1rem}section{border:0;padding:0;margin:0 0 1.5rem}
h2{break-after:avoid;border-bottom:1px solid var(--line);padding-bottom:.2rem}h3,caption{break-after:avoid}tr,li,.banner{break-inside:avoid}thead{display:table-header-group}
.badge,.squares a,.banner{border:1px solid currentColor}.scroll{overflow:visible}.scroll td,.duty,.verdicts td:nth-child(n){min-width:0}table{font-size:8.5pt}a{color:inherit}.squares a{width:18px;height:18px}}
@media (forced-colors:active){.badge,.squares a,.banner{border:1px solid}}
`;
