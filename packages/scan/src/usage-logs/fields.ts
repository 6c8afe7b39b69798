/** Logs of named fields: JSON lines, and CSV with a header or in the default order of Zscaler's web feed. */
import { hostOf, type LogRow, timeOf } from './row.ts';

const TIME =
  /^(?:@?timestamp|time|ts|datetime|date_?time|eventtime|event_time|start_?time|_time|log_time|epochtime)$/;
const HOST =
  /^(?:host|hostname|dest_?host|dst_?host|destination_?host(?:name)?|server_?name|sni|domain|query|qname|query_?name|dns\.question\.name|url\.domain|destination\.domain|tls\.client\.server_name|http\.host|request\.host|ehost|cs-host|fqdn|authority|:authority)$/;
const URL = /^(?:url|eurl|uri|full_?url|url\.original|url\.full|request_?url|cs-uri|cs-url)$/;
const USER =
  /^(?:user|user_?name|login|elogin|src_?user|source_?user|user\.name|user\.email|cs-username|email|account|principal|devicename|user_?id)$/;
const CLIENT =
  /^(?:client_?ip|src_?ip|src|source_?ip|source\.ip|client\.ip|cip|c-ip|clientpublicip|id\.orig_h|client|remote_?addr|srcip|peer)$/;
const TOTAL = /^(?:bytes|totalsize|total_?bytes|network\.bytes|size)$/;
const PART =
  /^(?:bytes_?(?:in|out|sent|received)|sent_?bytes?|rcvd_?bytes?|received_?bytes|reqsize|respsize|request_?size|response_?size|orig_bytes|resp_bytes|sc-bytes|cs-bytes|source\.bytes|destination\.bytes|request_?body_?len|response_?body_?len|sentbyte|rcvdbyte)$/;

/** What a field means, by its name; names are looked up once. */
type Meaning = 'time' | 'host' | 'url' | 'user' | 'client' | 'total' | 'part' | undefined;
const meanings = new Map<string, Meaning>();

function meaningOf(name: string): Meaning {
  if (meanings.has(name)) return meanings.get(name);
  const word = name.trim().toLowerCase();
  const rules: readonly (readonly [RegExp, Meaning])[] = [
    [TIME, 'time'],
    [HOST, 'host'],
    [URL, 'url'],
    [USER, 'user'],
    [CLIENT, 'client'],
    [TOTAL, 'total'],
    [PART, 'part'],
  ];
  const meaning = rules.find(([pattern]) => pattern.test(word))?.[1];
  // Hostile logs name their fields without end.
  if (meanings.size < 10_000) meanings.set(name, meaning);
  return meaning;
}

class Gathered {
  private at = Number.NaN;
  private host = '';
  private url = '';
  private user = '';
  private client = '';
  private total: number | undefined;
  private parts: number | undefined;

  field(name: string, value: string): void {
    if (value === '' || value === '-') return;
    switch (meaningOf(name)) {
      case 'time':
        if (Number.isNaN(this.at)) this.at = timeOf(value);
        break;
      case 'host':
        if (this.host === '') this.host = hostOf(value);
        break;
      case 'url':
        if (this.url === '') this.url = hostOf(value);
        break;
      case 'user':
        if (this.user === '') this.user = value;
        break;
      case 'client':
        if (this.client === '') this.client = value;
        break;
      case 'total':
        this.total ??= count(value);
        break;
      case 'part':
        this.parts = (this.parts ?? 0) + (count(value) ?? 0);
        break;
      default:
    }
  }

  /** Undefined without a time or a host: such a line says nothing about who called what when. */
  row(): LogRow | undefined {
    // In a proxy's log `host` may be the proxy itself; the URL is what was asked for.
    const host = this.url.includes('.') || this.host === '' ? this.url : this.host;
    const bytes = this.total ?? this.parts;
    if (Number.isNaN(this.at) || host === '') return undefined;
    return {
      at: this.at,
      host,
      user: this.user === '' ? this.client : this.user,
      ...(bytes === undefined ? {} : { bytes }),
    };
  }
}

function count(value: string): number | undefined {
  const number = Number(value);
  return Number.isFinite(number) && number >= 0 ? number : undefined;
}

const MAX_DEPTH = 4;

export function jsonRow(line: string): LogRow | undefined {
  let content: unknown;
  try {
    content = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) return undefined;
  const gathered = new Gathered();
  const walk = (value: object, prefix: string, depth: number): void => {
    for (const [key, child] of Object.entries(value)) {
      if (typeof child === 'string' || typeof child === 'number') {
        gathered.field(prefix + key, String(child));
        if (prefix !== '' && /^(?:request|response|event|data|message|log|httpRequest)\.$/.test(prefix))
          gathered.field(key, String(child));
      } else if (typeof child === 'object' && child !== null && !Array.isArray(child) && depth < MAX_DEPTH)
        walk(child, `${prefix}${key}.`, depth + 1);
    }
  };
  walk(content, '', 0);
  return gathered.row();
}

/** Zscaler NSS web feed in its default order: time, login, protocol, URL, action, application, class, request and response size. */
const NSS_ORDER: readonly string[] = ['time', 'login', '', 'url', '', '', '', 'reqsize', 'respsize'];

/** Reads CSV (RFC 4180, one record a line); the first line may name the columns. */
export class CsvReader {
  private columns: readonly string[] | undefined;
  private first = true;

  /** `'header'` for the line that names the columns. */
  row(line: string): LogRow | 'header' | undefined {
    const fields = csvFields(line);
    if (fields === undefined || fields.length < 2) return undefined;
    if (this.first) {
      this.first = false;
      const known = new Set(fields.map(meaningOf));
      if (known.has('time') && (known.has('host') || known.has('url'))) {
        this.columns = fields;
        return 'header';
      }
    }
    const columns = this.columns ?? NSS_ORDER;
    if (this.columns !== undefined && fields.length !== columns.length) return undefined;
    const gathered = new Gathered();
    for (const [index, value] of fields.entries()) gathered.field(columns[index] ?? '', value);
    return gathered.row();
  }
}

function csvFields(line: string): string[] | undefined {
  const fields: string[] = [];
  for (let at = 0; at <= line.length; ) {
    if (line[at] === '"') {
      let value = '';
      let end = at + 1;
      for (;;) {
        const quote = line.indexOf('"', end);
        if (quote < 0) return undefined;
        value += line.slice(end, quote);
        end = quote + 1;
        if (line[end] !== '"') break;
        value += '"';
        end += 1;
      }
      if (end < line.length && line[end] !== ',') return undefined;
      fields.push(value);
      at = end + 1;
    } else {
      const comma = line.indexOf(',', at);
      const end = comma < 0 ? line.length : comma;
      fields.push(line.slice(at, end));
      at = end + 1;
    }
  }
  return fields;
}

/** `name=value name="value"` as firewalls write it. */
export function keyValueRow(text: string, at: number): LogRow | undefined {
  const gathered = new Gathered();
  gathered.field('time', String(Math.round(at)));
  let any = false;
  for (const match of text.matchAll(/([\w.-]{1,64})=(?:"([^"]*)"|(\S*))/g)) {
    any = true;
    gathered.field(match[1] ?? '', match[2] ?? match[3] ?? '');
  }
  return any ? gathered.row() : undefined;
}
