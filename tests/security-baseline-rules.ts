/**
 * What a passive scanner looks for in answers, as functions over one answer, so that the test can show each of them an answer
 * that breaks it. Ids are those of ZAP's passive rules; docs/service/baseline.md lists them all.
 */
import { createHash } from 'node:crypto';

export interface Answer {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** Where people reach the service. */
  readonly origin: string;
  readonly status: number;
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: string;
  /** Of an operation of the API. */
  readonly private: boolean;
  /** People whose addresses may be hashed nowhere. */
  readonly people: readonly string[];
}

export interface Rule {
  readonly ids: readonly string[];
  readonly name: string;
  /** What is wrong; undefined: nothing. */
  check(answer: Answer): string | undefined;
}

/** In each query, to see whether an answer draws it. */
export const CANARY = `zq"'><x onerror=zq>`;

const header = ({ headers }: Answer, name: string): string => headers.get(name)?.join(', ') ?? '';
const typeOf = (answer: Answer): string => header(answer, 'content-type').split(';', 1)[0] ?? '';
const isHtml = (answer: Answer): boolean => typeOf(answer) === 'text/html';
/** Of the console, or the verifier of evidence packs. */
const isProgram = (answer: Answer): boolean =>
  answer.path.startsWith('/assets/') || typeOf(answer) === 'text/javascript';
const isSecure = ({ origin }: Answer): boolean => origin.startsWith('https:');
const isRead = ({ method }: Answer): boolean => method === 'GET' || method === 'HEAD';
const cookies = ({ headers }: Answer): readonly string[] => headers.get('set-cookie') ?? [];
const isRedirect = ({ status }: Answer): boolean => status >= 300 && status < 400 && status !== 304;

function found(pattern: RegExp, text: string): string | undefined {
  const match = pattern.exec(text);
  return match ? text.slice(Math.max(0, match.index - 30), match.index + 60) : undefined;
}

/** A rule on what stands in the body. */
function none(
  ids: readonly string[],
  name: string,
  pattern: RegExp,
  where: (answer: Answer) => boolean = () => true,
): Rule {
  return { ids, name, check: (answer) => (where(answer) ? found(pattern, answer.body) : undefined) };
}

function eachCookie(id: string, name: string, wrong: (cookie: string, answer: Answer) => boolean): Rule {
  return { ids: [id], name, check: (answer) => cookies(answer).find((cookie) => wrong(cookie, answer)) };
}

/** Also allowed to be missing from answers that nobody draws. */
function demand(ids: readonly string[], name: string, of: string, pattern: RegExp): Rule {
  return {
    ids,
    name,
    check: (answer) =>
      pattern.test(header(answer, of)) ? undefined : `${of}: ${header(answer, of) || 'missing'}`,
  };
}

const DIRECTIVES = [
  "default-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "form-action 'none'|form-action 'self'",
];

function policy(answer: Answer): string | undefined {
  const csp = header(answer, 'content-security-policy');
  const parts = csp.split(';').map((part) => part.trim());
  const missing = DIRECTIVES.find((one) => !one.split('|').some((choice) => parts.includes(choice)));
  if (missing !== undefined) return `without ${missing}: ${csp}`;
  const scripts = parts.find((part) => part.startsWith('script-src')) ?? '';
  return (
    found(/unsafe|\*|https?:|data:|blob:/, scripts) ?? found(/\*|https?:|unsafe-eval|unsafe-hashes/, csp)
  );
}

function sources(answer: Answer): string[] {
  return isHtml(answer)
    ? [
        ...answer.body.matchAll(
          /<(?:script|link|img|iframe|source|object|embed)\b[^>]*?\b(?:src|href|data)="([^"]*)"/g,
        ),
      ].map(([, source = '']) => source)
    : [];
}

const LEAKING = [
  'server',
  'x-powered-by',
  'x-backend-server',
  'x-chromelogger-data',
  'x-chromephp-data',
  'x-debug-token',
  'x-debug-token-link',
  'x-aspnet-version',
  'x-aspnetmvc-version',
  'x-cache',
  'age',
  'feature-policy',
];
const HEADER_IDS = ['10036', '10037', '10039', '10052', '10056', '10061', '10050', '10034'];

export const RULES: readonly Rule[] = [
  demand(['10038'], 'content security policy', 'content-security-policy', /./),
  { ids: ['10055'], name: 'what the policy says', check: policy },
  demand(['10020'], 'no framing', 'x-frame-options', /^DENY$/),
  demand(['10021'], 'nosniff', 'x-content-type-options', /^nosniff$/),
  demand(['10025'], 'no referrer', 'referrer-policy', /^(no-referrer|same-origin)$/),
  demand(['10063'], 'devices of the browser', 'permissions-policy', /camera=\(\)/),
  {
    ids: ['90004'],
    name: 'apart from other sites',
    check: (answer) =>
      [
        ['cross-origin-opener-policy', 'same-origin'],
        ['cross-origin-resource-policy', 'same-origin'],
        ['cross-origin-embedder-policy', 'require-corp'],
      ].find(([name = '', value]) => header(answer, name) !== value)?.[0],
  },
  {
    ids: ['10035'],
    name: 'HSTS over https, and only there',
    check: (answer) => {
      const said = header(answer, 'strict-transport-security');
      const right = isSecure(answer) ? /^max-age=31536000; includeSubDomains$/ : /^$/;
      return right.test(said) ? undefined : `strict-transport-security: ${said}`;
    },
  },
  {
    ids: HEADER_IDS,
    name: 'no word of what runs behind it',
    check: (answer) => LEAKING.find((name) => answer.headers.has(name)),
  },
  {
    ids: ['10098'],
    name: 'no other site may read',
    check: ({ headers }) => [...headers.keys()].find((name) => name.startsWith('access-control-')),
  },
  {
    ids: ['10105'],
    name: 'no password in each request',
    check: (answer) => found(/basic|digest/i, header(answer, 'www-authenticate')),
  },
  {
    ids: ['10015', '10049'],
    name: 'what may be kept',
    check: (answer) => {
      if (!isRead(answer)) return undefined;
      const said = header(answer, 'cache-control');
      const right = answer.private ? /^no-store$/ : /^(no-store|no-cache|public, max-age=\d+(, immutable)?)$/;
      return right.test(said) ? undefined : `cache-control: ${said || 'missing'}`;
    },
  },
  {
    ids: ['10019', '90011', '10030'],
    name: 'media type and charset',
    check: (answer) => {
      if (answer.body === '') return undefined;
      const type = header(answer, 'content-type');
      if (type === '') return 'no content-type';
      if (/^text\/|\+xml/.test(type) && type !== 'text/event-stream' && !/; ?charset=utf-8$/i.test(type))
        return type;
      return found(/<meta charset="(?!utf-8")|http-equiv="content-type"/i, isHtml(answer) ? answer.body : '');
    },
  },
  eachCookie('10010', 'cookies: no script reads them', (cookie) => !/; HttpOnly/i.test(cookie)),
  eachCookie('10011', 'cookies: https only', (cookie, answer) =>
    isSecure(answer) ? !(/; Secure/i.test(cookie) && cookie.startsWith('__Host-')) : false,
  ),
  eachCookie(
    '10054',
    'cookies: no other site sends them',
    (cookie) => !/; SameSite=(Strict|Lax)/i.test(cookie),
  ),
  eachCookie('90033', 'cookies: this host only', (cookie) => /; Domain=/i.test(cookie)),
  eachCookie('10029', 'cookies: not made of what was sent', (cookie) => cookie.includes('zq')),
  {
    ids: ['3'],
    name: 'no session in addresses',
    check: (answer) =>
      found(
        /session_token|jsessionid|phpsessid|[?&;]sid=/i,
        `${sources(answer).join(' ')} ${header(answer, 'location')}`,
      ),
  },
  {
    ids: ['10028'],
    name: 'no way to another site',
    check: (answer) => {
      if (!isRedirect(answer)) return undefined;
      const to = header(answer, 'location');
      return new URL(to, answer.origin).origin === answer.origin ? undefined : to;
    },
  },
  {
    ids: ['10044'],
    name: 'redirects say nothing else',
    check: (answer) => (isRedirect(answer) && answer.body.length > 0 ? answer.body.slice(0, 80) : undefined),
  },
  {
    ids: ['10017', '90003', '10115', '10040'],
    name: 'nothing from elsewhere',
    check: (answer) => sources(answer).find((source) => /^(?:[a-z]+:)?\/\//i.test(source)),
  },
  {
    ids: ['10041', '10042', '10202', '10026', '10032', '90001'],
    name: 'forms go to a page of their own site',
    check: (answer) =>
      isHtml(answer)
        ? found(/<form\b(?![^>]*\saction="\/[^/])|__VIEWSTATE|javax\.faces/i, answer.body)
        : undefined,
  },
  {
    ids: ['10031', '10043'],
    name: 'what was sent is not drawn',
    check: (answer) => (isHtml(answer) && answer.body.includes(CANARY) ? 'the canary' : undefined),
  },
  none(['10108'], 'windows that are opened know nothing', /target="_blank"(?![^>]*noopener)/, isHtml),
  none(['10027'], 'no notes to oneself', /<!--|\b(?:TODO|FIXME|XXX|HACK)\b:?\s/, isHtml),
  none(
    ['10023', '90022', '110009'],
    'nothing from inside',
    /\n\s+at \S+ \(|\.[mc]?ts:\d|node_modules|ZodError|SQLSTATE|syntax error at|violates (?:foreign|unique|check)|(?:^|["\s])\/(?:home|root|work|tmp|srv|var|usr)\/\w/,
    (answer) => !isProgram(answer),
  ),
  {
    ids: ['90022'],
    name: 'no error of the server',
    check: ({ status }) => (status >= 500 ? String(status) : undefined),
  },
  none(
    ['10009'],
    'no banner',
    /\b(?:nginx|Apache|Express|Hono|Node\.js|PostgreSQL|PGlite)\/?\s?v?\d+\.\d/,
    (answer) => !isProgram(answer),
  ),
  none(['10033'], 'no listings', /<title>(?:Index of|Directory listing)|Parent Directory/i, isHtml),
  none(['10099'], 'no source code', /<\?php|<%@|#!\/(?:usr\/)?bin|sourceMappingURL=/),
  none(
    ['10110'],
    'nothing that runs text',
    /\bdocument\.write\(|[^.\w]eval\(/,
    (answer) => isProgram(answer) || isHtml(answer),
  ),
  none(
    ['2'],
    'no internal address',
    /\b(?:10\.\d{1,3}|172\.(?:1[6-9]|2\d|3[01])|192\.168)\.\d{1,3}\.\d{1,3}\b/,
  ),
  none(
    ['10096'],
    'no time of a machine',
    /\b1[5-9]\d{8}\b/,
    (answer) => !isProgram(answer) && !answer.path.startsWith('/metrics'),
  ),
  none(['10097'], 'no hash of a password', /\$(?:2[aby]|1|5|6|LM|K4|argon2\w*)\$|\bscrypt:\d/),
  none(
    ['10062'],
    'no card number',
    /(?<![\d.])(?:4\d{15}|5[1-5]\d{14}|3[47]\d{13})\b/,
    (answer) => !isProgram(answer),
  ),
  none(['90002'], 'no objects of Java', /\brO0AB/),
  {
    ids: ['10057'],
    name: 'nobody as a hash',
    check: ({ body, people }) =>
      people
        .flatMap((person) =>
          ['md5', 'sha1', 'sha256'].map((name) => createHash(name).update(person).digest('hex')),
        )
        .find((digest) => body.includes(digest)),
  },
];

/** What every rule says of an answer. */
export function broken(answer: Answer): string[] {
  return RULES.flatMap(({ ids, name, check }) => {
    const wrong = check(answer);
    return wrong === undefined
      ? []
      : [`${answer.method} ${answer.path} ${answer.status}: ${ids.join(', ')} ${name}: ${wrong}`];
  });
}
