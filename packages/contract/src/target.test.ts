import { expect, test } from 'vitest';
import { targetOf } from './target.ts';

const ORIGIN = 'https://custos.example';

const GAPS = [
  '',
  '\t',
  '\n',
  '\r',
  '\0',
  ' ',
  '\u00a0',
  '\u2028',
  '\u3000',
  '\ufeff',
  '\x7f',
  '\x1f',
  '\t\n\r',
];
const SLASHES = ['/', '\\', '\uff0f', '\u2215'];
const EVIL = [
  ...GAPS.flatMap((gap) =>
    SLASHES.flatMap((one) =>
      SLASHES.flatMap((other) => [
        `${one}${gap}${other}evil.example`,
        `${gap}${one}${other}evil.example`,
        `${one}${other}${gap}evil.example`,
        `${one}${gap}${other}${gap}${one}evil.example`,
      ]),
    ),
  ),
  '/acme\\..\\..\\evil.example',
  '/acme\n//evil.example',
  'https://evil.example',
  'https:evil.example',
  'javascript:alert(1)',
  'java\nscript:alert(1)',
  'data:text/html,x',
  '@evil.example',
  '.evil.example',
  ':80@evil.example',
  '///evil.example',
  'evil.example',
  '',
];

test('what could be another site leads to the first page', () => {
  for (const to of EVIL) expect(targetOf(to), JSON.stringify(to)).toBe('/');
  // Among them are forms that look like a path and are read as another site.
  expect(new URL('/\t/evil.example', ORIGIN).origin).not.toBe(ORIGIN);
});

test.each([
  '/',
  '/acme',
  '/acme/systems?phase=design&search=a%20b#top',
  '/invitation',
  '/a//b',
  '/..//evil.example',
  '/@evil.example',
  '/:80',
  '/%09/evil.example',
  '/%5Cevil.example',
  '/?to=//evil.example',
])('%s stays, and is a page of the console', (to) => {
  expect(targetOf(to)).toBe(to);
  expect(new URL(to, ORIGIN).origin).toBe(ORIGIN);
});

test('nothing given is the first page', () => expect(targetOf(undefined)).toBe('/'));
