/** What people write in Markdown never becomes markup that acts. */
import { MantineProvider } from '@mantine/core';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { Markdown } from './markdown.tsx';

function rendered(text: string): string {
  return renderToStaticMarkup(createElement(MantineProvider, null, createElement(Markdown, { text })));
}

test.each([
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<iframe src="https://evil.example"></iframe>',
  '[click](javascript:alert(1))',
  '[click](JaVaScRiPt&colon;alert(1))',
  '[click](data:text/html,<script>alert(1)</script>)',
  '[click](vbscript:x)',
  '![track](https://evil.example/pixel.png)',
  '<a href="javascript:alert(1)">x</a>',
  '<svg/onload=alert(1)>',
  '[x]: javascript:alert(1)\n[x]',
  '| a |\n|---|\n| <img src=x onerror=alert(1)> |',
  'Text[^1]\n\n[^1]: <script>alert(1)</script>',
])('%s does nothing', (text) => {
  const html = rendered(text);
  expect(html).not.toMatch(/<(script|img|iframe|svg)[\s>/]/i);
  expect(html).not.toMatch(/href="(?!https?:|mailto:|#user-content)/i);
});

test('what is meant is shown', () => {
  const html = rendered('# Title\n\n**bold** and [a link](https://example.org)');
  expect(html).toContain('<h2>Title</h2>');
  expect(html).toContain('<strong>bold</strong>');
  expect(html).toContain('href="https://example.org"');
  expect(rendered('| a | b |\n|---|---|\n| 1 | 2 |')).toContain('<td>1</td>');
});
