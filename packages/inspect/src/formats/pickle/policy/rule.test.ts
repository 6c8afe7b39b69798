import { expect, test } from 'vitest';
import { rule } from './rule.ts';

test.each([
  ['os', 'system'],
  ['nt', 'system'],
  ['subprocess', 'Popen'],
  ['builtins', 'eval'],
  ['__builtin__', 'execfile'],
  ['six.moves.builtins', 'eval'],
  ['commands', 'getoutput'],
  ['torch.serialization', 'os.system'],
  ['torch', 'os'],
  ['numpy', 'load'],
  ['numpy.testing._private.utils', 'runstring'],
  ['torch.utils.collect_env', 'run'],
  ['importlib', 'import_module'],
  ['operator', 'attrgetter'],
  ['collections', 'OrderedDict.__init__.__globals__'],
  ['pickle', 'loads'],
  ['pip', 'main'],
  ['io', 'FileIO'],
])('%s.%s is unsafe', (module, name) => {
  expect(rule(module, name).verdict).toBe('unsafe');
});

/** Code of users and of other packages: not known, and not to be called unsafe for a word in its name. */
test.each([
  ['__main__', 'Net'],
  ['my_project.eval', 'Metrics'],
  ['my_project.system', 'Model'],
  ['project.os', 'Thing'],
  ['trainer', 'run'],
  ['torch.utils.data.dataset', 'TensorDataset'],
  ['torch.distributed.tensor', 'DTensor'],
  ['tensorflow.python.keras.engine.sequential', 'Sequential'],
  ['sklearn.utils', 'check_array'],
  ['sklearn.datasets._openml', 'GzipFile'],
  ['sklearn.linear_model', 'os'.toUpperCase()],
  ['numpy', 'vectorize'],
  ['scipy.stats._continuous_distns', 'norm_gen'],
  ['joblib.memory', 'Memory'],
  ['builtins', 'print'],
  ['collections', 'namedtuple'],
  ['sklearn.svm._classes', 'SVC.fit'],
])('%s.%s is unknown', (module, name) => {
  expect(rule(module, name).verdict).toBe('unknown');
});

test.each([
  ['collections', 'OrderedDict', 'call'],
  ['torch._utils', '_rebuild_tensor_v2', 'call'],
  ['torch', 'FloatStorage', 'value'],
  ['torch.nn.modules.linear', 'Linear', 'new'],
  ['numpy._core.multiarray', '_reconstruct', 'call'],
  ['sklearn.ensemble.forest', 'RandomForestClassifier', 'new'],
  ['sklearn.ensemble._forest', 'RandomForestClassifier', 'new'],
  ['sklearn.tree._tree', 'Tree', 'call'],
  ['pandas', 'DataFrame', 'call'],
  ['xgboost.core', 'Booster', 'new'],
  ['lightgbm.basic', 'Booster', 'new'],
  ['__builtin__', 'unicode', 'call'],
])('%s.%s is admitted: %s', (module, name, use) => {
  expect(rule(module, name)).toMatchObject({ verdict: 'allowed', use });
});
