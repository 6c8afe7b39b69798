/**
 * What a source file says, in words that fit both Python and JavaScript, so that each rule is written once.
 * Extractors fill this from syntax trees; comments, docstrings and types never get in.
 */
export type Value =
  | { readonly kind: 'string'; readonly text: string; readonly line: number; readonly partial?: boolean }
  | { readonly kind: 'name'; readonly name: string; readonly line: number }
  | { readonly kind: 'env'; readonly name: string; readonly line: number; readonly fallback?: Value }
  | { readonly kind: 'either'; readonly options: readonly Value[]; readonly line: number }
  | { readonly kind: 'object'; readonly entries: readonly Entry[]; readonly line: number }
  | { readonly kind: 'list'; readonly items: readonly Value[]; readonly line: number }
  | { readonly kind: 'call'; readonly call: Call; readonly line: number }
  | { readonly kind: 'boolean'; readonly value: boolean; readonly line: number }
  | { readonly kind: 'other'; readonly line: number };

export interface Entry {
  readonly key: string;
  readonly value: Value;
}

export interface Call {
  /** Dotted name as written, without arguments: `client.chat.completions.create`. */
  readonly callee: string;
  readonly positional: readonly Value[];
  /** Python keywords, or the entries of object arguments in JavaScript. */
  readonly named: readonly Entry[];
  readonly line: number;
}

export interface Assignment {
  /** Last part of the target: `self.model = …` has the name `model`. */
  readonly name: string;
  readonly value: Value;
  readonly line: number;
}

export interface Import {
  readonly module: string;
  /** Names bound in the file, with what they mean in the module: `{ local: 'cc', imported: 'createOpenAI' }`. */
  readonly names: readonly { readonly local: string; readonly imported: string }[];
  readonly line: number;
}

export interface CodeFacts {
  imports: Import[];
  calls: Call[];
  /** Assignments, class fields and parameter defaults. */
  assignments: Assignment[];
  /** Every object or dict literal, wherever it stands. */
  objects: Extract<Value, { kind: 'object' }>[];
  /** Every string literal that holds a URL. */
  urls: { readonly text: string; readonly line: number }[];
  /** Functions and classes that carry decorators. */
  decorated: { readonly name: string; readonly decorators: readonly string[]; readonly line: number }[];
}

export function noFacts(): CodeFacts {
  return { imports: [], calls: [], assignments: [], objects: [], urls: [], decorated: [] };
}

/** Last part of a dotted name. */
export function lastPart(dotted: string): string {
  return dotted.slice(dotted.lastIndexOf('.') + 1);
}

/** Strings that a value may be, through names assigned in the same file, fall-backs and environment defaults. */
export class Resolution {
  private readonly facts: CodeFacts;
  private byName: ReadonlyMap<string, Value[]> | undefined;

  constructor(facts: CodeFacts) {
    this.facts = facts;
  }

  private values(name: string): readonly Value[] {
    this.byName ??= grouped(this.facts);
    return this.byName.get(name) ?? [];
  }

  strings(value: Value | undefined, depth = 0): { text: string; line: number; partial: boolean }[] {
    if (value === undefined || depth > 6) return [];
    switch (value.kind) {
      case 'string':
        return [{ text: value.text, line: value.line, partial: value.partial ?? false }];
      case 'env':
        return this.strings(value.fallback, depth + 1);
      case 'either':
        return value.options.flatMap((one) => this.strings(one, depth + 1));
      case 'name': {
        const values = this.values(lastPart(value.name));
        return values.length > 4 ? [] : values.flatMap((one) => this.strings(one, depth + 1));
      }
      case 'list':
        return this.strings(value.items[0], depth + 1);
      case 'call':
        return this.strings(defaultOf(value.call), depth + 1);
      default:
        return [];
    }
  }
}

function grouped(facts: CodeFacts): Map<string, Value[]> {
  const byName = new Map<string, Value[]>();
  for (const { name, value } of facts.assignments) {
    const list = byName.get(name);
    if (list === undefined) byName.set(name, [value]);
    else list.push(value);
  }
  return byName;
}

/** Makers of settings and options with a default. */
const WITH_DEFAULT = new Set(
  'Field field InputConfig DropdownInput StrInput ConfigField Option Argument Input Str config env env_str str String getenv getEnv getEnvVar'.split(
    ' ',
  ),
);

/** The default that a settings field or option declares: `Field(default="x")`, `z.string().default('x')`. */
export function defaultOf(call: Call): Value | undefined {
  const last = lastPart(call.callee);
  if (last === 'default') return call.positional[0];
  if (!WITH_DEFAULT.has(last)) return undefined;
  const named = call.named.find((one) => one.key === 'default' || one.key === 'value');
  if (named !== undefined) return named.value;
  return last === 'str' || last === 'String' || last === 'Field' ? call.positional[0] : call.positional[1];
}
