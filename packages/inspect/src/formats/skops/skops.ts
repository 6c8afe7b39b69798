/**
 * skops: `schema.json` in a zip names a class for each node. A loader builds only classes on its trust list; what stands
 * outside of it is what somebody would have to trust. Some nodes name one class and load another (see vulnerabilities.ts).
 */
import { everyValue, isObject, type JsonObject, stringAt } from '../../bytes/json.ts';
import type { Report } from '../../bytes/report.ts';
import type { JsonDocument } from '../document.ts';

/** Modules whose classes skops trusts by itself, or whose objects only hold numbers. */
const TRUSTED =
  /^(sklearn|numpy|scipy)(\.|$)|^(xgboost|lightgbm|catboost)\.(sklearn|basic|core)$|^quantile_forest(\.|$)|^pandas\.core\.|^(collections|datetime|decimal|fractions|operator)$/;
const TRUSTED_BUILTINS = new Set(
  'int float str bool list set map tuple dict slice bytes bytearray complex frozenset NoneType range type object'.split(
    ' ',
  ),
);
/** Parts of trusted packages that run, load or fetch something. */
const RUNNING =
  /^(numpy\.(f2py|distutils|testing|lib\.npyio|ctypeslib)|scipy\.(io|misc|datasets)|sklearn\.(datasets|utils\._testing|externals)|sklearn\.utils\._?estimator_checks)/;
const DANGEROUS =
  /^(os|posix|nt|subprocess|sys|shutil|socket|ctypes|importlib|runpy|pty|code|codeop|commands|pickle|_pickle|dill|cloudpickle|joblib|marshal|pip|webbrowser|urllib|requests|builtins|multiprocessing|asyncio|platform|timeit|pdb|types|functools|operator|inspect)(\.|$)/;
const OPERATORS = new Set(['methodcaller', 'attrgetter', 'itemgetter']);

export const skops: JsonDocument = {
  keys: ['__loader__'],
  name: 'skops/schema',
  matches: (text) => /"__loader__"\s*:/.test(text) && /"__module__"\s*:/.test(text),
  check(value, report) {
    for (const { value: node, path } of everyValue(value)) if (isObject(node)) checkNode(node, path, report);
    const version = stringAt(value, '_skops_version');
    if (version !== undefined) report.metadata('skops.version', version);
    report.capability({ inputs: ['tabular'], outputs: ['tabular'] });
  },
};

function checkNode(node: JsonObject, path: string, report: Report): void {
  const loader = stringAt(node, '__loader__');
  if (loader === undefined) return;
  report.member();
  const module = stringAt(node, '__module__') ?? '';
  const name = stringAt(node, '__class__') ?? '';
  checkType(module, name, loader, path, report);
  const content = node.get('content');
  if (loader === 'MethodNode') checkMethod(node, path, report);
  if (loader === 'OperatorFuncNode') {
    // The class is taken out of the module "operator", whatever module the node names.
    if (!OPERATORS.has(name) || (module !== 'operator' && module !== 'builtins'))
      report.unsafe(
        'skops.operator-function',
        `The node at ${path} names ${module}.${name} and is loaded as a function of the module operator.`,
        { names: [`${module}.${name}`] },
      );
    else
      report.suspicious(
        'skops.operator-function',
        `The node at ${path} is operator.${name}, which calls or reads by name.`,
        {
          names: [name],
        },
      );
  }
  if (isObject(content) && (loader === 'FunctionNode' || loader === 'TypeNode' || loader === 'PartialNode')) {
    const inner = [
      stringAt(content, 'module_path') ?? stringAt(content, '__module__'),
      stringAt(content, 'function') ?? stringAt(content, '__class__'),
    ];
    if (inner[0] !== undefined && inner[1] !== undefined) checkType(inner[0], inner[1], loader, path, report);
  }
}

function checkType(module: string, name: string, loader: string, path: string, report: Report): void {
  const full = `${module}.${name}`;
  if (module === 'builtins' && TRUSTED_BUILTINS.has(name)) return;
  if (module === 'operator' && loader === 'OperatorFuncNode') return;
  const extra = { names: [full] };
  if (
    DANGEROUS.test(module) &&
    !(module === 'functools' && name === 'partial') &&
    !(module === 'types' && name.endsWith('Type'))
  )
    report.unsafe(
      'skops.dangerous-type',
      `The node at ${path} builds ${full}, which runs code or reaches the machine.`,
      extra,
    );
  else if (RUNNING.test(module))
    report.unsafe(
      'skops.dangerous-type',
      `The node at ${path} builds ${full}, a part of ${module.split('.')[0] ?? ''} that loads or runs something.`,
      extra,
    );
  else if (!TRUSTED.test(module) || /\._?\w*\.(os|sys|subprocess|shutil)$/.test(module))
    report.suspicious(
      'skops.untrusted-type',
      `The node at ${path} builds ${full}, which is on no trust list.`,
      extra,
    );
}

/** A method is taken from an object by a name, which the check of types does not see. */
function checkMethod(node: JsonObject, path: string, report: Report): void {
  const content = node.get('content');
  const method = stringAt(content, 'func') ?? '';
  const owner = isObject(content) ? content.get('obj') : undefined;
  const declared = `${stringAt(node, '__module__') ?? ''}.${stringAt(node, '__class__') ?? ''}`;
  const actual = `${stringAt(owner, '__module__') ?? ''}.${stringAt(owner, '__class__') ?? ''}`;
  if (method.startsWith('_'))
    report.unsafe('skops.method', `The node at ${path} takes the attribute ${method} of an object.`, {
      names: [method],
    });
  else if (owner !== undefined && declared !== actual && declared !== 'builtins.method')
    report.suspicious(
      'skops.method',
      `The node at ${path} names ${declared} and takes the method ${method} of ${actual}.`,
      {
        names: [method, actual],
        severity: 'high',
      },
    );
  else report.info('skops.method', `The node at ${path} is the method ${method}.`, { names: [method] });
}
