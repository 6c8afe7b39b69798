/** What the machine saw in one file: imports, calls, and what is wrong with the stream. */
import type { InspectionFinding } from '../../types.ts';
import { type Ruling, rule } from './policy/rule.ts';

/** Imports of one file that are told apart; a real model has dozens. */
const MOST_IMPORTS = 20_000;
const MOST_PROBLEMS = 200;
const MOST_STORAGES = 200_000;
const MOST_EMBEDDED = 65_536;

export interface Import {
  readonly id: number;
  readonly module: string;
  readonly name: string;
  /** `module.name`. */
  readonly full: string;
  readonly ruling: Ruling;
  readonly offset: number;
  calls: number;
  /** The first call as a person would write it: `os.system('id')`. */
  example: string | undefined;
}

export class PickleLog {
  readonly imports: Import[] = [];
  readonly problems = new Map<string, InspectionFinding>();
  /** Bytes of each storage that a persistent id of PyTorch names, by its key. */
  readonly storages = new Map<string, number>();
  /** Offsets of literals whose content may be a pickle. */
  readonly embedded = new Set<number>();
  /** Offsets of bytes that are loaded as PyTorch files of their own. */
  readonly torchBytes = new Set<number>();
  /** A persistent id, which only a loader of its own resolves. */
  persistentIds = 0;
  /** Offsets of opcodes that import, in files of joblib. */
  readonly places = new Set<number>();
  /** joblib puts raw arrays between the opcodes. */
  joblib = false;
  /** The class that stands before these arrays lies in a tuple or container. */
  wrapperHeld = false;
  private readonly byName = new Map<string, Import>();

  /** The import of a name, known or new. */
  import(module: string, name: string, offset: number): Import {
    const key = `${module}\0${name}`;
    const known = this.byName.get(key);
    if (known !== undefined) return known;
    if (this.imports.length >= MOST_IMPORTS) {
      this.problem('pickle.too-many-imports', 'suspicious', 'imports more names than any model does', offset);
      return this.imports[0] ?? this.add(key, module, name, offset);
    }
    return this.add(key, module, name, offset);
  }

  /** One finding for each rule and name, whatever the number of places. */
  problem(
    rule: string,
    weight: InspectionFinding['weight'],
    message: string,
    offset: number,
    name?: string,
  ): void {
    const key = `${rule}\0${name ?? ''}`;
    if (this.problems.has(key) || this.problems.size >= MOST_PROBLEMS) return;
    this.problems.set(key, {
      rule,
      severity: weight === 'unsafe' ? 'critical' : weight === 'suspicious' ? 'medium' : 'low',
      weight,
      message: `The pickle ${message}.`,
      offset,
      ...(name === undefined ? {} : { names: [name] }),
    });
  }

  storage(key: string, bytes: number): void {
    if (this.storages.size < MOST_STORAGES) this.storages.set(key, bytes);
  }

  place(offset: number): void {
    if (this.joblib && this.places.size < MOST_STORAGES) this.places.add(offset);
  }

  embed(offset: number): void {
    if (this.embedded.size < MOST_EMBEDDED) this.embedded.add(offset);
    else
      this.problem(
        'pickle.nested',
        'suspicious',
        'holds more values that may be pickles than are looked into',
        offset,
      );
  }

  private add(key: string, module: string, name: string, offset: number): Import {
    const one: Import = {
      id: this.imports.length,
      module,
      name,
      full: `${module}.${name}`,
      ruling: rule(module, name),
      offset,
      calls: 0,
      example: undefined,
    };
    this.imports.push(one);
    this.byName.set(key, one);
    return one;
  }
}
