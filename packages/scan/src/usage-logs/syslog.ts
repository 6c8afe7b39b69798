/** Syslog lines (RFC 3164, RFC 5424) and what DNS servers and firewalls say in them; BIND's and dnsmasq's own files too. */
import { keyValueRow } from './fields.ts';
import { hostOf, type LogForm, type LogRow, monthOf, timeOf } from './row.ts';

const RFC5424 = /^<\d{1,3}>\d{1,2} (\S+) \S+ \S+ \S+ \S+ (?:-|\[.*?\]) ?(.*)$/s;
/** `<13>Nov 21 10:00:00 host tag: message`; the priority is often left out. */
const RFC3164 = /^(?:<\d{1,3}>)?([A-Za-z]{3}) +(\d{1,2}) (\d\d):(\d\d):(\d\d) (.*)$/s;
/** rsyslog's form with a full time. */
const WITH_ISO = /^(?:<\d{1,3}>)?(\d{4}-\d\d-\d\dT\S+) \S+ (.*)$/s;
const BIND_FILE = /^(\d{1,2}-[A-Za-z]{3}-\d{4} \d\d:\d\d:\d\d(?:\.\d+)?) (.*)$/s;

const DNSMASQ = /\bquery\[[A-Za-z0-9]+\] (\S+) from (\S+)/;
const DNSMASQ_OTHER = /\bdnsmasq(?:-dhcp)?(?:\[\d+\])?: /;
const BIND = /\bclient (?:@0x[0-9a-f]+ )?([0-9a-fA-F.:]+)#\d+(?: \([^)]*\))?: (?:view \S+: )?query: (\S+) /;
const HOST_IN_TEXT = /(?:https?:\/\/|sni[=: ]"?|host[=: ]"?|connect to )([a-z0-9.-]+\.[a-z]{2,})/i;
const ADDRESS = /\b(\d{1,3}(?:\.\d{1,3}){3})\b/;

export interface SyslogRow {
  readonly form: LogForm;
  readonly row: LogRow;
}

/** @param now times without a year are of the last twelve months before it, in milliseconds */
export function syslogRow(line: string, now: number): SyslogRow | undefined {
  const head = header(line, now);
  if (head === undefined) return undefined;
  const { at, message } = head;
  const dnsmasq = DNSMASQ.exec(message);
  if (dnsmasq !== null)
    return { form: 'dnsmasq', row: { at, host: hostOf(dnsmasq[1] ?? ''), user: dnsmasq[2] ?? '' } };
  // Answers and leases are understood, and no call.
  if (DNSMASQ_OTHER.test(message)) return { form: 'dnsmasq', row: { at, host: '', user: '' } };
  const bind = BIND.exec(message);
  if (bind !== null) return { form: 'bind', row: { at, host: hostOf(bind[2] ?? ''), user: bind[1] ?? '' } };
  const named = keyValueRow(message, at);
  if (named !== undefined) return { form: 'syslog', row: named };
  const host = HOST_IN_TEXT.exec(message)?.[1];
  return {
    form: 'syslog',
    row: { at, host: host === undefined ? '' : hostOf(host), user: ADDRESS.exec(message)?.[1] ?? '' },
  };
}

function header(line: string, now: number): { at: number; message: string } | undefined {
  const start = line.charAt(0);
  const forms = start === '<' ? [RFC5424, WITH_ISO] : /\d/.test(start) ? [WITH_ISO, BIND_FILE] : [];
  for (const pattern of forms) {
    const match = pattern.exec(line);
    const at = match === null ? Number.NaN : timeOf(match[1] ?? '');
    if (match !== null && !Number.isNaN(at)) return { at, message: match[2] ?? '' };
  }
  const match = RFC3164.exec(line);
  const month = match === null ? -1 : monthOf(match[1] ?? '');
  if (match === null || month < 0) return undefined;
  const year = new Date(now).getUTCFullYear();
  const inYear = (one: number): number =>
    Date.UTC(one, month, Number(match[2]), Number(match[3]), Number(match[4]), Number(match[5]));
  // A day ahead is a clock or a zone; more than that was last year.
  const at = inYear(year) > now + 86_400_000 ? inYear(year - 1) : inYear(year);
  return { at, message: match[6] ?? '' };
}
