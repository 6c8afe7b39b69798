/** What imports, calls and state changes mean: each is resolved, described and judged. */

import { describe } from './describe.ts';
import { arrayBytes, type DictionaryLog } from './joblib.ts';
import { literalAt } from './literals.ts';
import type { Import, PickleLog } from './log.ts';
import { NameTable } from './name-table.ts';
import { checks, type Outcome } from './policy/checks.ts';
import { storageItemSize } from './policy/torch.ts';
import { Tuples } from './tuples.ts';
import { ATTRIBUTE, DTYPE, EXTENSION, GLOBAL, kindOf, LITERAL, OPAQUE, RESULT, TUPLE } from './values.ts';
import type { Window } from './window.ts';

function isArrayWrapper({ full }: Import): boolean {
  return (
    full === 'joblib.numpy_pickle.NumpyArrayWrapper' ||
    full === 'sklearn.externals.joblib.numpy_pickle.NumpyArrayWrapper'
  );
}

/** Longest name that is resolved. */
const NAME = 1_024;

export class Calls {
  readonly tuples = new Tuples();
  readonly log: PickleLog;
  readonly window: Window;
  private readonly dictionaries: DictionaryLog;
  private readonly names: NameTable;
  /** Reads an object array of joblib, which is a pickle of its own. @returns the offset after it */
  private readonly inner: ((from: number) => number) | undefined;

  /** @param inner absent where joblib's raw arrays are read as opcodes, as plain `pickle.load` would do */
  constructor(window: Window, log: PickleLog, dictionaries: DictionaryLog, inner?: (from: number) => number) {
    this.window = window;
    this.names = new NameTable(window);
    this.log = log;
    this.dictionaries = dictionaries;
    this.inner = inner;
  }

  importGlobal(module: string, name: string, at: number): number {
    const found = this.log.import(module.trim(), name.trim(), at);
    this.log.place(at);
    if (isArrayWrapper(found)) this.log.joblib = true;
    return GLOBAL + found.id;
  }

  importFromStack(module: number, name: number, at: number): number {
    this.log.place(at);
    const known = this.names.find(module, name);
    if (known !== undefined) return known;
    const moduleText = this.text(module);
    const nameText = this.text(name);
    if (moduleText === undefined || nameText === undefined) {
      const shown = `${this.describe(module)}.${this.describe(name)}`;
      this.log.problem('pickle.computed-import', 'unsafe', 'imports by a name that it computes', at, shown);
      return OPAQUE;
    }
    const value = this.importGlobal(moduleText, nameText, at);
    this.names.store(module, name, value);
    return value;
  }

  reduce(callee: number, args: number, at: number): number {
    this.hold(args, at);
    const target = this.target(callee);
    if (target === undefined) return this.computed(callee, args, at);
    this.called(target, args);
    const { ruling } = target;
    if (this.log.joblib && ruling.verdict === 'allowed' && ruling.check !== 'reconstructor')
      this.checkWrapper(target, args, at);
    if (ruling.verdict !== 'allowed') return RESULT + target.id;
    if (ruling.check !== undefined) {
      const outcome: Outcome = checks[ruling.check]({ args, at, calls: this, target });
      if (outcome.problem !== undefined)
        this.log.problem(
          'pickle.unsafe-call',
          'unsafe',
          `${outcome.problem}: ${this.example(target, args)}`,
          at,
          target.full,
        );
      return outcome.value ?? RESULT + target.id;
    }
    if (ruling.use === 'call' || (ruling.use === 'new' && this.isEmpty(args))) return RESULT + target.id;
    this.log.problem(
      'pickle.unexpected-call',
      'suspicious',
      `calls ${this.example(target, args)}, which no pickler writes`,
      at,
      target.full,
    );
    return RESULT + target.id;
  }

  /** NEWOBJ: `type.__new__(type, *args)`. */
  construct(type: number, args: number, at: number): number {
    this.hold(args, at);
    const target = this.target(type);
    if (target === undefined) return this.computed(type, args, at);
    this.called(target, args);
    if (
      target.ruling.verdict === 'allowed' &&
      (target.ruling.use === 'value' || target.ruling.check !== undefined)
    )
      this.log.problem(
        'pickle.unexpected-call',
        'suspicious',
        `makes an instance of ${target.full}`,
        at,
        target.full,
      );
    return RESULT + target.id;
  }

  /** OBJ and INST: without arguments an instance is made without its constructor, otherwise the class is called. */
  instantiate(type: number, args: number, at: number): number {
    return this.isEmpty(args) ? this.construct(type, args, at) : this.reduce(type, args, at);
  }

  /** BUILD. @returns the offset of the next opcode, behind the raw array where joblib put one */
  build(object: number, state: number, at: number, next: number): number {
    const kind = kindOf(object);
    this.change(object, at);
    const target = kind === RESULT ? this.log.imports[object - RESULT] : undefined;
    if (target === undefined) return next;
    if (target.ruling.verdict === 'allowed' && target.ruling.use === 'value' && target.calls === 0)
      return next;
    if (!isArrayWrapper(target) || this.inner === undefined) return next;
    return arrayBytes({ state, at, next, calls: this, dictionaries: this.dictionaries, inner: this.inner });
  }

  /** An import or a call's result inside of a container or state. */
  hold(value: number, at: number): void {
    if (kindOf(value) === ATTRIBUTE)
      this.log.problem(
        'pickle.held-attribute',
        'suspicious',
        'hands a method to other code, which can call it',
        at,
        'getattr',
      );
    if (kindOf(value) !== GLOBAL) return;
    const target = this.log.imports[value - GLOBAL];
    if (target !== undefined && isArrayWrapper(target)) this.log.wrapperHeld = true;
    if (
      target?.ruling.verdict === 'allowed' &&
      target.ruling.check !== undefined &&
      target.ruling.passable !== true
    )
      this.log.problem(
        'pickle.hidden-callable',
        'unsafe',
        `hands ${target.full} to other code that calls it`,
        at,
        target.full,
      );
  }

  /** An attribute, item or element is put on something that was imported: for the whole process. */
  change(value: number, at: number): void {
    if (kindOf(value) === ATTRIBUTE)
      this.log.problem(
        'pickle.changed-import',
        'unsafe',
        'changes what it reached by an attribute, for the whole process',
        at,
        'getattr',
      );
    if (kindOf(value) !== GLOBAL) return;
    const target = this.log.imports[value - GLOBAL];
    if (target !== undefined)
      this.log.problem(
        'pickle.changed-import',
        'unsafe',
        `changes ${target.full} for the whole process`,
        at,
        target.full,
      );
  }

  setItems(stack: Float64Array, from: number, to: number): void {
    if (this.log.joblib) this.dictionaries.note(stack, from, to);
  }

  persistent(id: number): number {
    this.log.persistentIds++;
    const parts = this.tuples.read(id);
    // Whole models of PyTorch's legacy layout name their classes so, with their source text.
    if (parts?.[0] !== undefined && parts[1] !== undefined && this.text(parts[0]) === 'module')
      return parts[1];
    if (parts?.length === 5 || parts?.length === 6) {
      const [tag, type, key, , count] = parts;
      const storage = this.log.imports[(type ?? 0) - GLOBAL];
      const name = this.text(key ?? 0);
      if (this.text(tag ?? 0) === 'storage' && storage !== undefined && name !== undefined) {
        const number = Number(literalAt(this.window, (count ?? 0) - LITERAL).text);
        this.log.storage(name, number * storageItemSize(storage.name));
      }
    }
    return OPAQUE;
  }

  extension(code: number, at: number): void {
    this.log.problem(
      'pickle.extension',
      'suspicious',
      `takes object ${code} of the extension registry, which can be anything that the program registered`,
      at,
      `copyreg extension ${code}`,
    );
  }

  embedded(offset: number): void {
    this.log.embed(offset);
  }

  /** Text of a string literal; undefined for anything else. */
  text(value: number): string | undefined {
    if (kindOf(value) !== LITERAL) return undefined;
    const literal = literalAt(this.window, value - LITERAL, NAME);
    return literal.kind === 'text' && !literal.cut ? literal.text : undefined;
  }

  target(value: number): Import | undefined {
    return kindOf(value) === GLOBAL ? this.log.imports[value - GLOBAL] : undefined;
  }

  describe(value: number): string {
    return describe(value, this);
  }

  isEmpty(args: number): boolean {
    return args === TUPLE || (kindOf(args) === TUPLE && (args - TUPLE) % 16 === 0);
  }

  /** An array wrapper that a call gives back is followed by bytes that are no opcodes, and could not be followed here. */
  private checkWrapper(target: Import, args: number, at: number): void {
    const parts = this.tuples.read(args);
    const wrapped = parts?.some((part) => {
      const one = this.target(part);
      return one !== undefined && isArrayWrapper(one);
    });
    if (wrapped ?? this.log.wrapperHeld)
      this.log.problem(
        'pickle.hidden-callable',
        'unsafe',
        `hands joblib's array wrapper to ${target.full}, after which loaders disagree on what the file says`,
        at,
        target.full,
      );
  }

  private called(target: Import, args: number): void {
    target.calls++;
    if (target.example === undefined && target.ruling.verdict !== 'allowed')
      target.example = this.example(target, args);
  }

  private example(target: Import, args: number): string {
    const shown = this.describe(args);
    return `${target.full}${shown.startsWith('(') ? shown.replace(/,\)$/, ')') : `(*${shown})`}`;
  }

  private computed(callee: number, args: number, at: number): number {
    const kind = kindOf(callee);
    const shown = `${this.describe(callee)}${this.describe(args)}`;
    // What an unsafe or unknown call gave has been reported with that call.
    const source = kind === RESULT ? this.log.imports[callee - RESULT] : undefined;
    if (source?.ruling.verdict === 'unsafe' || kind === EXTENSION) return OPAQUE;
    if (kind === ATTRIBUTE || kind === RESULT || kind === OPAQUE || kind === DTYPE)
      this.log.problem(
        'pickle.computed-call',
        'suspicious',
        `calls what another call returned: ${shown}`,
        at,
        shown,
      );
    // Calling a number or a list is an error in Python.
    return OPAQUE;
  }
}
