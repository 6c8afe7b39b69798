/**
 * Where a component of this system offers an HTTP interface itself: web frameworks and model front ends. Sets `servesApi`
 * on the component that the file belongs to.
 */
import { ResultBuilder } from '../../builder.ts';
import { extensionOf, isTestPath, lineAt } from '../../paths.ts';
import { blankComments } from '../../source-calls.ts';
import { emptyResult, type Scanner } from '../../types.ts';
import { wordGroup } from '../../words.ts';

interface Framework {
  readonly name: string;
  readonly pattern: RegExp;
}

const PYTHON: readonly Framework[] = [
  { name: 'fastapi', pattern: /=\s*(?:fastapi\.)?FastAPI\s*\(/ },
  { name: 'flask', pattern: /=\s*(?:flask\.)?(?:Flask|Quart)\s*\(/ },
  { name: 'starlette', pattern: /=\s*Starlette\s*\(/ },
  { name: 'sanic', pattern: /=\s*Sanic\s*\(/ },
  { name: 'litestar', pattern: /=\s*Litestar\s*\(/ },
  { name: 'aiohttp', pattern: /=\s*web\.Application\s*\(/ },
  { name: 'bottle', pattern: /=\s*(?:bottle\.)?Bottle\s*\(/ },
  { name: 'tornado', pattern: /=\s*tornado\.web\.Application\s*\(/ },
  { name: 'http.server', pattern: /(?:HTTPServer|ThreadingHTTPServer)\s*\(/ },
  { name: 'gradio', pattern: /\bgr\.(?:Interface|Blocks|ChatInterface|mount_gradio_app)\s*\(/ },
  { name: 'bentoml', pattern: /@bentoml\.(?:service|api)\b/ },
  { name: 'ray-serve', pattern: /@serve\.deployment\b/ },
  { name: 'langserve', pattern: /\badd_routes\s*\(\s*app\b/ },
];
const JAVASCRIPT: readonly Framework[] = [
  { name: 'express', pattern: /=\s*express\s*\(\s*\)/ },
  { name: 'hono', pattern: /\bnew\s+(?:Hono|OpenAPIHono)\b/ },
  { name: 'fastify', pattern: /=\s*(?:Fastify|fastify)\s*\(/ },
  { name: 'koa', pattern: /\bnew\s+Koa\s*\(/ },
  { name: 'elysia', pattern: /\bnew\s+Elysia\s*\(/ },
  { name: 'nest', pattern: /\bNestFactory\.create\b/ },
  { name: 'node-http', pattern: /\bhttps?\.createServer\s*\(/ },
  { name: 'bun', pattern: /\bBun\.serve\s*\(/ },
  { name: 'deno', pattern: /\bDeno\.serve\s*\(/ },
];
const PYTHON_QUICK =
  /FastAPI\s*\(|Flask\s*\(|Quart\s*\(|Starlette\s*\(|Sanic\s*\(|Litestar\s*\(|web\.Application|Bottle\s*\(|HTTPServer\s*\(|\bgr\.|@bentoml|@serve\.|add_routes/;
const JAVASCRIPT_QUICK =
  /express\s*\(|Hono|astify\s*\(|Koa\s*\(|Elysia\s*\(|NestFactory|createServer|\.serve\s*\(/;
const PYTHON_WORDS = wordGroup(
  'fastapi',
  'flask',
  'quart',
  'starlette',
  'sanic',
  'litestar',
  'web.application',
  'bottle',
  'httpserver',
  'gr.',
  '@bentoml',
  '@serve.',
  'add_routes',
);
const JAVASCRIPT_WORDS = wordGroup(
  'express',
  'hono',
  'astify',
  'koa',
  'elysia',
  'nestfactory',
  'createserver',
  '.serve',
);
/** Next.js and similar: a file's place makes it a route. */
const ROUTE =
  /(?:^|\/)(?:app\/(?:.*\/)?route\.[jt]sx?|pages\/api\/.+\.[jt]sx?|server\/api\/.+\.[jt]s|src\/routes\/.*\+server\.[jt]s)$/;
const PROGRAM = /^\.(?:py|[cm]?[jt]s|[jt]sx)$/;
/** Build tools and clients start servers that nobody is offered. */
const NOT_OFFERED =
  /(?:^|\/)(?:scripts?|tools?|examples?|docs?|benchmarks?|mocks?|vite\.config|webpack|rollup)[/.]/i;

export const httpApis: Scanner = {
  name: 'http-apis',
  wants: (path) => PROGRAM.test(extensionOf(path)),
  glance: (words, path) =>
    (words.has(path.endsWith('.py') ? PYTHON_WORDS : JAVASCRIPT_WORDS) || ROUTE.test(path)) &&
    !isTestPath(path),
  prefilter: (text, path) =>
    (ROUTE.test(path) || (path.endsWith('.py') ? PYTHON_QUICK : JAVASCRIPT_QUICK).test(text)) &&
    !isTestPath(path) &&
    !NOT_OFFERED.test(path),
  scan(file) {
    if (file.text === undefined) return emptyResult();
    const out = new ResultBuilder('http-apis', file.path);
    const python = extensionOf(file.path) === '.py';
    const text = blankComments(file.text, python);
    for (const one of python ? PYTHON : JAVASCRIPT) {
      const match = one.pattern.exec(text);
      if (match === null) continue;
      out.own({ servesApi: true, framework: one.name }, lineAt(text, match.index));
      return out.result;
    }
    if (
      !python &&
      ROUTE.test(file.path) &&
      /export\s+(?:default|(?:async\s+)?function\s+(?:GET|POST|PUT|PATCH|DELETE)|const\s+(?:GET|POST|PUT|PATCH|DELETE))/.test(
        text,
      )
    )
      out.own({ servesApi: true, framework: 'route-handlers' }, 1);
    return out.result;
  },
};
