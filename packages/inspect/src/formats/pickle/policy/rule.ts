/** What an import means: admitted (and for what), unknown, or dangerous. Strict: what nobody listed is unknown. */
import { BOOSTING_CLASSES, OLD_JOBLIB } from './boosting.ts';
import type { CheckName } from './checks.ts';
import {
  DANGEROUS_MODULES,
  DANGEROUS_NAMES,
  DANGEROUS_PARTS,
  DANGEROUS_ROOFED,
  DANGEROUS_TREES,
} from './dangerous.ts';
import { fullNames, type Names } from './names.ts';
import {
  NUMPY_CALLS,
  NUMPY_VALUES,
  PANDAS_CALLS,
  PANDAS_CLASSES,
  SCIPY_CALLS,
  SCIPY_CLASSES,
} from './numpy.ts';
import { SKLEARN_CALLS, SKLEARN_CLASSES, SKLEARN_VALUES } from './sklearn.ts';
import {
  PYTHON_2_MODULES,
  PYTHON_2_NAMES,
  STANDARD_CALLS,
  STANDARD_CLASSES,
  STANDARD_VALUES,
} from './standard.ts';
import { TORCH_CALLS, TORCH_CLASSES, TORCH_VALUES } from './torch.ts';

/**
 * - `call`: may be called with anything;
 * - `new`: an instance may be made without its constructor, and filled;
 * - `value`: may be there, not be called.
 */
export type Use = 'call' | 'new' | 'value';

export type Ruling =
  | {
      readonly verdict: 'allowed';
      readonly use: Use;
      /** Arguments decide; see checks.ts. */
      readonly check?: CheckName;
      /** A checked callable that may also be handed to others, because they can do no more with it than a pickle can. */
      readonly passable?: true;
    }
  | { readonly verdict: 'unknown' | 'unsafe' };

const CHECKED: Readonly<Record<string, CheckName>> = {
  'builtins.getattr': 'attribute',
  'builtins.type': 'typeOf',
  'copyreg._reconstructor': 'reconstructor',
  'copyreg.__newobj__': 'reconstructor',
  'copyreg._reduce_ex': 'never',
  '_codecs.encode': 'encode',
  'codecs.encode': 'encode',
  'numpy.dtype': 'dtype',
  'numpy.core._ufunc_reconstruct': 'ufunc',
  'functools.partial': 'partial',
  'torch.storage._load_from_bytes': 'torchBytes',
  'torch._tensor._rebuild_from_type_v2': 'rebuildFromType',
  'torch._tensor._rebuild_from_type': 'rebuildFromType',
};

const EXACT = new Map<string, Ruling>();
const add = (names: Names, use: Use) => {
  for (const name of fullNames(names)) if (!EXACT.has(name)) EXACT.set(name, { verdict: 'allowed', use });
};
for (const [name, check] of Object.entries(CHECKED))
  EXACT.set(name, {
    verdict: 'allowed',
    use: 'call',
    check,
    ...(check === 'dtype' || check === 'encode' || check === 'typeOf' ? { passable: true } : {}),
  });
for (const names of [STANDARD_CALLS, NUMPY_CALLS, PANDAS_CALLS, TORCH_CALLS]) add(names, 'call');
for (const names of [STANDARD_CLASSES, BOOSTING_CLASSES, OLD_JOBLIB]) add(names, 'new');
for (const names of [STANDARD_VALUES, NUMPY_VALUES, TORCH_VALUES]) add(names, 'value');
add({ pandas: PANDAS_CLASSES.pandas ?? '' }, 'new');

/** Packages whose modules move between versions: the class name within the sub-package counts. */
const GROUPS: ReadonlyMap<string, Use> = groups([
  [SKLEARN_CALLS, 'call'],
  [SCIPY_CALLS, 'call'],
  [SKLEARN_CLASSES, 'new'],
  [SCIPY_CLASSES, 'new'],
  [PANDAS_CLASSES, 'new'],
  [TORCH_CLASSES, 'new'],
  [SKLEARN_VALUES, 'value'],
  [NUMPY_VALUES, 'value'],
]);

function groups(lists: readonly (readonly [Names, Use])[]): Map<string, Use> {
  const all = new Map<string, Use>();
  for (const [names, use] of lists)
    for (const name of fullNames(names)) if (!all.has(name)) all.set(name, use);
  return all;
}

/** The name under which Python 3 looks, with NumPy 2's private modules under their old name. */
function canonical(module: string, name: string): readonly [string, string] {
  const root = PYTHON_2_MODULES[module] ?? module;
  const [first = '', ...more] = name.split('.');
  const mapped = [PYTHON_2_NAMES[`${root}.${first}`] ?? first, ...more].join('.');
  return [root.replace(/^numpy\._core(?=\.|$)/, 'numpy.core'), mapped];
}

/** @example rule('posix', 'system') // { verdict: 'unsafe' } */
export function rule(rawModule: string, rawName: string): Ruling {
  const [module, name] = canonical(rawModule, rawName);
  const exact = EXACT.get(`${module}.${name}`);
  if (exact !== undefined) return exact;
  const grouped = name.includes('.') ? undefined : groupOf(module, name);
  if (grouped !== undefined) return { verdict: 'allowed', use: grouped };
  return { verdict: isDangerous(module, name) || isDangerous(rawModule, rawName) ? 'unsafe' : 'unknown' };
}

function groupOf(module: string, name: string): Use | undefined {
  // TorchScript's own classes: there is no such module for Python to import.
  if (module === '__torch__' || module.startsWith('__torch__.')) return 'new';
  const parts = module.split('.');
  // Cython's helper makes an empty instance of its class.
  const cython = name.startsWith('__pyx_unpickle_') ? name.slice('__pyx_unpickle_'.length) : undefined;
  for (let length = Math.min(parts.length, 3); length >= 2; length--) {
    const group = parts.slice(0, length).join('.');
    const use = GROUPS.get(`${group}.${name}`);
    if (use !== undefined) return use;
    if (cython !== undefined && GROUPS.has(`${group}.${cython}`)) return 'call';
  }
  return undefined;
}

function isDangerous(module: string, name: string): boolean {
  const full = `${module}.${name}`;
  if (DANGEROUS_NAMES.has(full)) return true;
  if (DANGEROUS_TREES.some((tree) => full.startsWith(`${tree}.`))) return true;
  const modules = module.split('.');
  for (let length = modules.length; length > 0; length--)
    if (DANGEROUS_MODULES.has(modules.slice(0, length).join('.'))) return true;
  if (modules.slice(1).some((part) => DANGEROUS_ROOFED.has(part))) return true;
  // A module that another one has imported: `torch` and `os`.
  if (DANGEROUS_ROOFED.has(name) || name === 'os' || name === 'sys') return true;
  const parts = name.split('.');
  if (parts.length > 1 && parts.some((part) => DANGEROUS_PARTS.has(part))) return true;
  if (name.startsWith('__') && DANGEROUS_PARTS.has(name)) return true;
  // The tail may be the whole name of something dangerous.
  return parts.some((_, index) => index > 0 && DANGEROUS_NAMES.has(parts.slice(index).join('.')));
}
