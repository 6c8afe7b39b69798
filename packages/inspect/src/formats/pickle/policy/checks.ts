/** Callables that are admitted for some arguments only. */
import type { Calls } from '../calls.ts';
import { literalAt } from '../literals.ts';
import type { Import } from '../log.ts';
import { ATTRIBUTE, DTYPE, GLOBAL, kindOf, LITERAL, OPAQUE, RESULT } from '../values.ts';
import { fullNames } from './names.ts';
import { NUMPY_VALUES } from './numpy.ts';
import { rule } from './rule.ts';

export interface CheckedCall {
  /** The tuple of arguments. */
  readonly args: number;
  readonly at: number;
  readonly calls: Calls;
  readonly target: Import;
}

export interface Outcome {
  /** Why this call is unsafe. */
  readonly problem?: string;
  /** What the call gives, where it matters. */
  readonly value?: number;
}

type Check = (call: CheckedCall) => Outcome;

const UNRESOLVED = 'calls a function with arguments that could not be resolved';
const UFUNCS: ReadonlySet<string> = new Set(fullNames(NUMPY_VALUES));

export const checks = {
  /** `getattr(class, 'method')` is how pickles name methods. Of an import it is another import. */
  attribute({ args, at, calls }) {
    const [object, key, ...more] = calls.tuples.read(args) ?? [];
    const name = key === undefined ? undefined : calls.text(key);
    if (object === undefined || name === undefined || more.length > 0)
      return { problem: UNRESOLVED, value: OPAQUE };
    const target = calls.target(object);
    if (name.startsWith('__') && !(name === '__new__' && target !== undefined))
      return { problem: 'reaches into the inside of an object', value: OPAQUE };
    if (target === undefined) {
      // From an object every module that it can see is a few attributes away.
      calls.log.problem(
        'pickle.attribute',
        'suspicious',
        `takes the attribute ${name} of an object, through which other code can be reached`,
        at,
        name,
      );
      return { value: ATTRIBUTE };
    }
    const dotted = `${target.name}.${name}`;
    // Of an admitted class: a method of it. Of an unknown one: reported with that.
    if (rule(target.module, dotted).verdict === 'unknown') return { value: ATTRIBUTE };
    return { value: GLOBAL + calls.log.import(target.module, dotted, at).id };
  },

  /** `type(None)` and its like; with three arguments it makes a class. */
  typeOf({ args, calls }) {
    return calls.tuples.read(args)?.length === 1 ? {} : { problem: 'makes a new class' };
  },

  /** `_reconstructor(class, base, state)`: the base's constructor runs, so it has to be an admitted one. */
  reconstructor({ args, at, calls, target }) {
    const parts = calls.tuples.read(args);
    const type = parts?.[0] === undefined ? undefined : calls.target(parts[0]);
    if (parts === undefined || type === undefined) return { problem: UNRESOLVED };
    const unfit = parts.slice(0, 2).some((part) => {
      const one = calls.target(part);
      return one !== undefined && one.ruling.verdict === 'allowed' && one.ruling.use === 'value';
    });
    if (unfit) return { problem: 'makes an instance of what is no class' };
    const base = target.name === '_reconstructor' ? calls.target(parts[1] ?? OPAQUE) : undefined;
    if (base?.ruling.verdict === 'allowed' && base.ruling.use !== 'call')
      calls.log.problem(
        'pickle.unexpected-call',
        'suspicious',
        `has the constructor of ${base.full} run, which no pickler does`,
        at,
        base.full,
      );
    return { value: RESULT + type.id };
  },

  never() {
    return { problem: 'calls what no pickle calls' };
  },

  /** Bytes as Python 2 wrote them. Other codecs load modules or unpack data. */
  encode({ args, calls }) {
    const parts = calls.tuples.read(args);
    if (parts === undefined || parts.length > 2) return { problem: UNRESOLVED };
    const codec = parts[1] === undefined ? 'utf-8' : calls.text(parts[1]);
    if (codec === undefined || !/^(latin-?_?1|iso-?8859-1|utf-?8|ascii)$/i.test(codec))
      return { problem: 'encodes with an unusual codec' };
    const [text] = parts;
    const isText = text !== undefined && kindOf(text) === LITERAL;
    return isText && /^(latin|iso)/i.test(codec) ? { value: text } : {};
  },

  dtype({ args, calls }) {
    const first = calls.tuples.read(args)?.[0];
    if (first === undefined) return {};
    return kindOf(first) === LITERAL ? { value: DTYPE + (first - LITERAL) } : {};
  },

  /** `_ufunc_reconstruct(module, name)` imports whatever it is told. */
  ufunc({ args, at, calls, target }) {
    const parts = calls.tuples.read(args);
    const [module, name] = (parts ?? []).map((part) => calls.text(part));
    if (module === undefined || name === undefined) return { problem: UNRESOLVED };
    const known = UFUNCS.has(`${module.replace(/^numpy\._?core.*$/, 'numpy')}.${name}`);
    if (known || (module.startsWith('scipy.special') && /^[a-z][a-z0-9_]*$/.test(name)))
      return { value: RESULT + target.id };
    const found = calls.log.import(module, name, at);
    return { value: GLOBAL + found.id, problem: 'imports by a name in its arguments' };
  },

  /** A partial is called by whoever holds it, not by the pickle: its function is judged as an import. */
  partial({ args, calls }) {
    const parts = calls.tuples.read(args);
    return parts === undefined ? { problem: UNRESOLVED } : {};
  },

  /** Loads a whole PyTorch file from bytes: harmless exactly if these bytes are, so they are inspected. */
  torchBytes({ args, calls }) {
    const parts = calls.tuples.read(args);
    const bytes = parts?.length === 1 ? parts[0] : undefined;
    if (bytes === undefined || kindOf(bytes) !== LITERAL) return { problem: UNRESOLVED };
    // Text where `encode` has made bytes of it, as protocols before 3 need.
    if (!/^(bytes|text)$/.test(literalAt(calls.window, bytes - LITERAL, 1).kind))
      return { problem: UNRESOLVED };
    calls.log.torchBytes.add(bytes - LITERAL);
    return {};
  },

  /** `_rebuild_from_type(function, type, args, state)` calls the function it is given. */
  rebuildFromType({ args, at, calls }) {
    const parts = calls.tuples.read(args);
    const callee = parts?.[0];
    if (parts === undefined || callee === undefined) return { problem: UNRESOLVED };
    const target = calls.target(callee);
    if (target === undefined) return { problem: 'calls what could not be resolved' };
    calls.reduce(callee, parts[2] ?? OPAQUE, at);
    return {};
  },
} satisfies Record<string, Check>;

export type CheckName = keyof typeof checks;
