/** Collects what one format says about one source; the same few findings of one rule are kept, the rest are counted. */
import type { Capability, FormatResult, InspectionFinding } from '../types.ts';
import { cvesOf } from '../vulnerabilities.ts';
import { Malformed } from './malformed.ts';

const MOST_PER_RULE = 20;
const MOST_SKIPPED = 100;
const LONGEST_VALUE = 2000;

type Weight = InspectionFinding['weight'];
type Severity = InspectionFinding['severity'];
type Extra = Partial<Pick<InspectionFinding, 'offset' | 'names' | 'member' | 'severity' | 'cve'>>;

const SEVERITY: Readonly<Record<Weight, Severity>> = {
  unsafe: 'critical',
  suspicious: 'medium',
  info: 'low',
};

/**
 * @example
 * const report = new Report(source.size);
 * report.unsafe('keras.lambda', 'The layer "x" runs Python bytecode when the model is loaded.', { names: ['x'] });
 * return report.result();
 */
export class Report {
  readonly #total: number;
  readonly #findings: InspectionFinding[] = [];
  readonly #perRule = new Map<string, number>();
  readonly #skipped: { member: string; why: string }[] = [];
  readonly #metadata: Record<string, string | number | boolean> = {};
  #moreSkipped = 0;
  #capability: Capability = {};
  #bytes: number | undefined;
  #members = 0;
  #of = 0;

  /** @param total bytes of the source */
  constructor(total: number) {
    this.#total = total;
  }

  unsafe(rule: string, message: string, extra?: Extra): void {
    this.add(rule, 'unsafe', message, extra);
  }
  suspicious(rule: string, message: string, extra?: Extra): void {
    this.add(rule, 'suspicious', message, extra);
  }
  info(rule: string, message: string, extra?: Extra): void {
    this.add(rule, 'info', message, extra);
  }

  add(rule: string, weight: Weight, message: string, extra: Extra = {}): void {
    const seen = (this.#perRule.get(rule) ?? 0) + 1;
    this.#perRule.set(rule, seen);
    if (seen > MOST_PER_RULE) return;
    const cve = extra.cve ?? cvesOf(rule);
    this.#findings.push({
      rule,
      severity: extra.severity ?? SEVERITY[weight],
      weight,
      message: clipped(message),
      ...(extra.member === undefined ? {} : { member: extra.member }),
      ...(extra.offset === undefined ? {} : { offset: extra.offset }),
      ...(extra.names === undefined ? {} : { names: extra.names.slice(0, 50).map(clipped) }),
      ...(cve.length === 0 ? {} : { cve }),
    });
  }

  /** A part that was not inspected: keeps the whole from being clean. */
  skip(member: string, why: string): void {
    if (this.#skipped.length < MOST_SKIPPED)
      this.#skipped.push({ member: clipped(member), why: clipped(why) });
    else this.#moreSkipped += 1;
    this.#of += 1;
  }

  /** One more part (tensor, operator, template …) that was inspected. */
  member(count = 1): void {
    this.#members += count;
    this.#of += count;
  }

  /** Bytes that were understood; without it, all of them where nothing was skipped. */
  understood(bytes: number): void {
    this.#bytes = bytes;
  }

  capability(part: Capability): void {
    this.#capability = { ...this.#capability, ...part };
  }

  metadata(key: string, value: string | number | boolean): void {
    if (Object.keys(this.#metadata).length >= 200) return;
    const name = key.slice(0, 200);
    if (name === '__proto__') return;
    this.#metadata[name] = typeof value === 'string' ? clipped(value) : value;
  }

  /** Takes over what a part said. */
  merge(part: FormatResult): void {
    for (const found of part.findings) this.add(found.rule, found.weight, found.message, found);
    for (const { member, why } of part.coverage.skipped) this.skip(member, why);
  }

  /**
   * Runs a part of an inspection and makes what it can not understand a skipped part.
   * Limits of the whole file pass through to the frame.
   */
  attempt(member: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (error instanceof Malformed) this.skip(member, error.message);
      else if (error instanceof RangeError) this.skip(member, 'is nested too deeply');
      else throw error;
    }
  }

  result(): FormatResult {
    const skipped = [...this.#skipped];
    if (this.#moreSkipped > 0)
      skipped.push({ member: '…', why: `${this.#moreSkipped} more parts were not inspected` });
    const findings = [...this.#findings];
    for (const [rule, count] of this.#perRule)
      if (count > MOST_PER_RULE) {
        const first = findings.findIndex((found) => found.rule === rule);
        const found = findings[first];
        if (found !== undefined)
          findings[first] = { ...found, message: `${found.message} (${count} of this kind)` };
      }
    const capability = this.#capability;
    return {
      findings,
      coverage: {
        bytes: this.#bytes ?? (skipped.length === 0 ? this.#total : 0),
        total: this.#total,
        members: this.#members,
        of: this.#of,
        skipped,
      },
      ...(Object.keys(capability).length === 0 ? {} : { capability }),
      ...(Object.keys(this.#metadata).length === 0 ? {} : { metadata: this.#metadata }),
    };
  }
}

/** Safe to show: control characters and direction marks are escaped, length is bounded. */
function clipped(text: string): string {
  const short = text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE - 1)}…` : text;
  return short.replace(/(?![\t\n])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
