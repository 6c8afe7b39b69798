/**
 * Looks at a running service as a passive scanner would, as nobody: its pages, files and public operations.
 * `npx tsx bench/service/baseline.ts https://custos.example`. Ends with 1 when a rule is broken.
 */
import { OPERATIONS } from '@custos/contract';
import { type Answer, broken, CANARY } from '../../tests/security-baseline-rules.ts';

const origin = new URL(process.argv[2] ?? 'http://127.0.0.1:7223').origin;

async function look(path: string): Promise<Answer> {
  const response = await fetch(origin + path, { redirect: 'manual' });
  const headers = new Map([...response.headers].map(([name, value]) => [name, [value]]));
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) headers.set('set-cookie', cookies);
  return {
    method: 'GET',
    path,
    origin,
    status: response.status,
    headers,
    body: await response.text(),
    private: /^\/(api|scim)\//.test(path),
    people: [],
  };
}

const query = `?${new URLSearchParams({ zq: CANARY }).toString()}`;
const page = await look('/sign-in');
const assets = [...page.body.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
const operations = OPERATIONS.filter(({ method }) => method === 'GET').map(({ path }) =>
  path.replace(/\{\w+\}/g, 'x'),
);
const own = ['/', '/sign-in', '/docs', '/openapi.json', '/healthz', '/readyz', '/metrics', '/nothing'];
const wrong: string[] = [];
for (const path of [...assets, ...own, ...own.map((one) => one + query), ...operations])
  wrong.push(...broken(await look(path)));
for (const line of wrong) console.log(line);
console.log(`${wrong.length} of the rules in docs/service/baseline.md broken at ${origin}`);
process.exitCode = wrong.length === 0 ? 0 : 1;
