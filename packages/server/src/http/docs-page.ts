/** The API reference as one static page, made from the OpenAPI document: no scripts, nothing from elsewhere. */
import { z } from 'zod';

const Schema = z.looseObject({});
const Document = z.looseObject({
  info: z.looseObject({ version: z.string() }),
  tags: z.array(z.looseObject({ name: z.string() })),
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        operationId: z.string(),
        tags: z.array(z.string()),
        summary: z.string(),
        description: z.string(),
        parameters: z.array(
          z.looseObject({ name: z.string(), in: z.string(), required: z.boolean(), schema: Schema }),
        ),
        requestBody: z
          .looseObject({ content: z.record(z.string(), z.looseObject({ schema: Schema })) })
          .optional(),
        responses: z.record(
          z.string(),
          z.looseObject({
            description: z.string(),
            content: z.record(z.string(), z.looseObject({ schema: Schema })).optional(),
          }),
        ),
      }),
    ),
  ),
});

const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#c9ced6, #414853); --soft: light-dark(#f4f5f7, #1d2127); --link: light-dark(#0b57b0, #8ab8ff) }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 70rem; padding: 1rem; background: light-dark(#fff, #14171b); color: light-dark(#1b1f24, #e6e8eb) }
a { color: var(--link) } a:focus-visible, summary:focus-visible, [tabindex]:focus-visible { outline: 3px solid var(--link); outline-offset: 2px }
h2 { border-bottom: 1px solid var(--line); padding-bottom: .25rem; margin-top: 2.5rem } h3 { margin: 2rem 0 .25rem }
code, pre { font: .875rem/1.5 ui-monospace, monospace } h3 code { font-size: 1rem; overflow-wrap: anywhere }
table { border-collapse: collapse; width: 100% } th, td { border: 1px solid var(--line); padding: .3rem .5rem; text-align: left; vertical-align: top; overflow-wrap: anywhere }
caption { text-align: left; font-weight: 600; padding: .75rem 0 .25rem }
pre { background: var(--soft); padding: .75rem; overflow: auto; max-height: 30rem } nav ul { columns: 16rem } summary { cursor: pointer; padding: .25rem 0 }
@media print { nav { display: none } details > pre { max-height: none } }`;

/** @param document of `openApiDocument` */
export function docsPage(document: unknown): string {
  const { info, tags, paths } = Document.parse(document);
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, op]) => ({ path, method: method.toUpperCase(), ...op })),
  );
  const sections = tags.map(({ name }) => {
    const own = operations.filter((op) => op.tags.includes(name));
    return `<section aria-labelledby="${id(name)}"><h2 id="${id(name)}">${textOf(name)}</h2>${own.map(section).join('')}</section>`;
  });
  const links = tags.map(({ name }) => `<li><a href="#${id(name)}">${textOf(name)}</a></li>`);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Custos API</title><style>${STYLE}</style></head>
<body><header><h1>Custos API</h1><p>Version ${textOf(info.version)}. Everything here is also in <a href="/openapi.json">openapi.json</a> (OpenAPI 3.1). Send an API key as <code>Authorization: Bearer …</code>. Errors are problem documents (RFC 9457) with a stable <code>code</code>.</p></header>
<nav aria-label="Areas"><ul>${links.join('')}</ul></nav><main>${sections.join('\n')}</main></body></html>`;
}

type Op = z.infer<typeof Document>['paths'][string][string] & { path: string; method: string };

function section(op: Op): string {
  const rows = op.parameters.map(
    (p) =>
      `<tr><th scope="row"><code>${textOf(p.name)}</code></th><td>${textOf(p.in)}</td><td>${p.required ? 'yes' : 'no'}</td><td><code>${textOf(JSON.stringify(p.schema))}</code></td></tr>`,
  );
  const parameters =
    rows.length === 0
      ? ''
      : `<table><caption>Parameters</caption><thead><tr><th scope="col">Name</th><th scope="col">In</th><th scope="col">Needed</th><th scope="col">Form</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
  const answers = Object.entries(op.responses).map(
    ([status, { description }]) =>
      `<tr><th scope="row">${textOf(status)}</th><td>${textOf(description)}</td></tr>`,
  );
  return `<h3 id="${id(op.operationId)}"><code>${op.method} ${textOf(op.path)}</code></h3><p>${textOf(op.summary)}. ${textOf(op.description)}</p>${parameters}${schemas('Body', op.requestBody?.content, op)}<table><caption>Answers</caption><thead><tr><th scope="col">Status</th><th scope="col">What it says</th></tr></thead><tbody>${answers.join('')}</tbody></table>${Object.entries(
    op.responses,
  )
    .filter(([status]) => status.startsWith('2'))
    .map(([status, { content }]) => schemas(`Answer ${status}`, content, op))
    .join('')}`;
}

function schemas(
  what: string,
  content: Record<string, { schema: Record<string, unknown> }> | undefined,
  op: Op,
): string {
  return Object.entries(content ?? {})
    .map(
      ([type, { schema }]) =>
        `<details><summary>${textOf(what)}: ${textOf(type)}</summary><pre tabindex="0" role="region" aria-label="${textOf(`${what} of ${op.operationId}`)}"><code>${textOf(JSON.stringify(schema, undefined, 1))}</code></pre></details>`,
    )
    .join('');
}

function id(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9.]+/g, '-');
}

function textOf(text: string): string {
  const named: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replaceAll(/[&<>"']/g, (char) => named[char] ?? char);
}
