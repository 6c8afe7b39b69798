/** Style of public pages: light, dark, print, narrow screens; nothing is fetched. */
export const PAGE_STYLE = `
:root{color-scheme:light dark;--bg:#fff;--ink:#16202e;--soft:#4a5768;--line:#c4ccd6;--box:#f1f4f8;--accent:#1d4f80;--focus:#0b57d0}
@media (prefers-color-scheme:dark){:root{--bg:#0f141a;--ink:#e8ecf1;--soft:#adb8c5;--line:#3a4654;--box:#171e27;--accent:#93c4f0;--focus:#a8c7fa}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:64rem;margin:0 auto;padding:2rem 1rem 4rem}
h1,h2{line-height:1.25;overflow-wrap:anywhere}
h2{margin-top:2.2rem;font-size:1.3rem}
p,li,dd{max-width:70ch;overflow-wrap:anywhere}
a{color:var(--accent);text-underline-offset:.15em}
:focus-visible{outline:3px solid var(--focus);outline-offset:2px}
code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.9em;overflow-wrap:anywhere}
pre{background:var(--box);border:1px solid var(--line);border-radius:6px;padding:.7rem .9rem;overflow-x:auto}
dt{color:var(--soft);font-size:.9rem}
dd{margin:0 0 .6rem}
.scroll{overflow-x:auto}
table{width:100%;border-collapse:collapse}
caption{text-align:left;font-weight:600;padding:.3rem 0}
th,td{text-align:left;vertical-align:top;padding:.45rem .7rem .45rem 0;border-top:1px solid var(--line)}
thead th{border-top:0;color:var(--soft);font-size:.9rem}
tbody th{font-weight:500}
input,button{font:inherit;padding:.5rem .75rem;border:1px solid var(--soft);border-radius:6px;background:var(--box);color:var(--ink);max-width:100%}
input{width:24rem}
button{background:var(--accent);border-color:var(--accent);color:var(--bg);cursor:pointer}
`;
