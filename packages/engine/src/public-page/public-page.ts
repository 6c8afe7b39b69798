/** Pages for others to read: one file, nothing loaded, no script run, and the same in data for machines. */
import { escapeHtml as e } from '../report/text.ts';
import { PAGE_STYLE } from './style.ts';

export interface PublicPage {
  readonly title: string;
  /** HTML of what stands under the title; everything in it is escaped already. */
  readonly body: string;
  /** The same for machines, and the id of the element that holds it. */
  readonly dataId?: string;
  readonly data?: unknown;
  /** There is a form in it, which is sent to where the page is from. */
  readonly forms?: boolean;
}

/** @returns the whole document as HTML. Same input, same bytes. */
export function renderPublicPage({ title, body, dataId, data, forms = false }: PublicPage): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action '${forms ? 'self' : 'none'}'">
<title>${e(title)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<main>
<h1>${e(title)}</h1>
${body}
</main>
${dataId === undefined ? '' : `<script type="application/json" id="${dataId}">${inert(data)}</script>\n`}</body>
</html>
`;
}

/** Nothing in the data can end the element or turn the text around it. */
function inert(data: unknown): string {
  return JSON.stringify(data).replace(
    /[<\u007f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
