/** The service's log: JSON lines for machines, short lines where a person looks on. Secrets never get in. */
import { Writable } from 'node:stream';
import { type DestinationStream, type Logger, pino } from 'pino';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const SECRET = ['password', 'secret', 'token', 'key', 'authorization', 'cookie', 'code'];

export interface LogOptions {
  readonly level: LogLevel;
  /** Short lines instead of JSON. */
  readonly readable: boolean;
  /** Default: standard output. */
  readonly to?: NodeJS.WritableStream;
}

export function createLog({ level, readable, to = process.stdout }: LogOptions): Logger {
  const destination: DestinationStream = readable ? readableLines(to) : to;
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: SECRET.flatMap((name) => [name, `*.${name}`, `*.*.${name}`, `headers["${name}"]`]),
        censor: '[secret]',
      },
    },
    destination,
  );
}

function readableLines(to: NodeJS.WritableStream): Writable {
  return new Writable({
    decodeStrings: false,
    write(line: string, _encoding, done) {
      to.write(readableLine(String(line)));
      done();
    },
  });
}

/** `12:00:01 warn  job failed  job=backup` */
export function readableLine(line: string): string {
  const { level, time, msg, err, ...rest }: Record<string, unknown> = JSON.parse(line);
  const fields = Object.entries(rest).map(([name, value]) => `${name}=${plain(value)}`);
  const error = isError(err) ? `\n  ${err.stack ?? err.message}` : '';
  const clock = String(time).slice(11, 19);
  return `${clock} ${String(level).padEnd(5)} ${String(msg ?? '')}${fields.length > 0 ? `  ${fields.join(' ')}` : ''}${error}\n`;
}

/** Without control characters: what somebody sent can't pretend to be another line. */
function plain(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /^[\w./:@+-]*$/.test(text) ? text : JSON.stringify(value);
}

function isError(value: unknown): value is { message: string; stack?: string } {
  return typeof value === 'object' && value !== null && 'message' in value;
}
