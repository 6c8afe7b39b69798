import { json, utf8, zip } from './build.ts';
import { hdf5File } from './hdf5.ts';
import { cuts, first, type Planted, type Sample, type Samples } from './samples.ts';

type Config = Readonly<Record<string, unknown>>;

function layer(className: string, config: Config, more: Config = {}): Config {
  return {
    module: 'keras.layers',
    class_name: className,
    config: { name: 'x', ...config },
    registered_name: null,
    ...more,
  };
}

function sequential(...layers: readonly unknown[]): Config {
  return {
    module: 'keras',
    class_name: 'Sequential',
    config: { name: 'sequential', layers },
    registered_name: null,
    build_config: { input_shape: [null, 4] },
    compile_config: {
      optimizer: 'adam',
      loss: { module: 'builtins', class_name: 'function', config: 'mse', registered_name: 'function' },
    },
  };
}

const dense = layer('Dense', {
  units: 2,
  kernel_initializer: {
    module: 'keras.initializers',
    class_name: 'GlorotUniform',
    config: { seed: null },
    registered_name: null,
  },
});

/** A `.keras` file. */
function archive(config: Config | string): Uint8Array {
  return zip({
    'metadata.json': json({ keras_version: '3.9.0', date_saved: '2025-01-01@00:00:00' }),
    'config.json': typeof config === 'string' ? utf8(config) : json(config),
    'model.weights.h5': hdf5File(),
  });
}

/** What looks like a marshalled function with some names in it; no bytecode that could run. */
function bytecode(...names: readonly string[]): string {
  return Buffer.concat([
    Buffer.from([0xe3, 1, 0, 0, 0]),
    Buffer.alloc(20),
    Buffer.from(names.map((name) => `\xda${String.fromCharCode(name.length)}${name}`).join(''), 'latin1'),
  ]).toString('base64');
}

function callTo(module: string | null, name: string): Config {
  return { module, class_name: 'function', config: name, registered_name: name };
}

const path = 'model.keras';
const benign: Sample[] = [
  { what: 'a model with one layer', path, bytes: archive(sequential(dense)) },
  { what: 'the configuration alone', path: 'config.json', bytes: json(sequential(dense)) },
  {
    what: 'tensors, slices and types of data in the configuration',
    path,
    bytes: archive(
      sequential(
        layer('GetItem', {}, { module: 'keras.src.ops.numpy' }),
        { class_name: '__tensor__', config: { value: [1, 2], dtype: 'float32' } },
        { class_name: '__slice__', config: { start: 0, stop: 1, step: null } },
        layer('StringLookup', { vocabulary: ['a', 'b'] }),
      ),
    ),
  },
];

const unsafe = (what: string, rule: string, ...layers: readonly unknown[]): Planted => ({
  what,
  rule,
  verdict: 'unsafe',
  path,
  bytes: archive(sequential(...layers)),
});

const nested = (inner: unknown): Config =>
  layer('Bidirectional', { layer: layer('TimeDistributed', { layer: layer('RNN', { cell: inner }) }) });

const planted: Planted[] = [
  unsafe(
    'bytecode in a Lambda',
    'keras.lambda-code',
    layer('Lambda', { function: { class_name: '__lambda__', config: { value: bytecode('os', 'system') } } }),
  ),
  unsafe(
    'bytecode in the old form',
    'keras.lambda-code',
    layer('Lambda', { function: [bytecode('exec', 'b64decode'), null, null] }),
  ),
  unsafe(
    'bytecode nested four deep',
    'keras.lambda-code',
    nested(layer('Lambda', { function: [bytecode('subprocess', 'Popen'), null, null] })),
  ),
  unsafe(
    'a bare __lambda__ in another layer',
    'keras.lambda-code',
    layer('Dense', { activation: { class_name: '__lambda__', config: { value: bytecode('eval', 'open') } } }),
  ),
  {
    what: 'bytecode that only computes',
    rule: 'keras.lambda',
    verdict: 'suspicious',
    path,
    bytes: archive(sequential(layer('Lambda', { function: [bytecode('tf', 'reduce_mean'), null, null] }))),
  },
  unsafe(
    'a class of the module os',
    'keras.module-code',
    layer('system', { command: 'id' }, { module: 'os' }),
  ),
  unsafe('a function of subprocess', 'keras.module-code', callTo('subprocess', 'run')),
  unsafe(
    'a module reached through Keras',
    'keras.module-code',
    layer('system', {}, { module: 'keras.src.utils.os' }),
  ),
  unsafe('a module in the loss', 'keras.module-code', dense, {
    compile_config: { loss: callTo('builtins.os', 'system') },
  }),
  {
    what: 'a module in the compile configuration',
    rule: 'keras.module-code',
    verdict: 'unsafe',
    path,
    bytes: archive({ ...sequential(dense), compile_config: { loss: callTo('shutil', 'rmtree') } }),
  },
  unsafe('builtins.eval', 'keras.non-modelling-function', callTo('builtins', 'eval')),
  unsafe(
    'a download by Keras',
    'keras.non-modelling-function',
    layer('get_file', { origin: 'http://203.0.113.1/x', extract: true }, { module: 'keras.utils' }),
  ),
  unsafe(
    'safe mode switched off',
    'keras.non-modelling-function',
    callTo('keras.config', 'enable_unsafe_deserialization'),
  ),
  unsafe('another model loaded', 'keras.non-modelling-function', callTo('keras.models', 'load_model')),
  unsafe(
    'an unpickled PyTorch module',
    'keras.torch-module',
    layer('TorchModuleWrapper', { module: 'gASV' }),
  ),
  unsafe(
    'a saved model of somewhere else',
    'keras.external-model',
    layer('TFSMLayer', { filepath: '/tmp/evil' }),
  ),
  unsafe(
    'a vocabulary of somewhere else',
    'keras.vocabulary-file',
    layer('StringLookup', { vocabulary: '/etc/passwd' }),
  ),
  unsafe(
    'a vocabulary on a network',
    'keras.vocabulary-file',
    layer('TextVectorization', { vocabulary: 'http://169.254.169.254/latest' }),
  ),
  {
    what: 'a class of an unknown module',
    rule: 'keras.foreign-module',
    verdict: 'suspicious',
    path,
    bytes: archive(sequential(layer('Attention2', {}, { module: 'attacker.layers' }))),
  },
  {
    what: 'a custom class',
    rule: 'keras.custom-object',
    verdict: 'suspicious',
    path,
    bytes: archive(sequential(layer('Mine', {}, { module: null, registered_name: 'own>Mine' }))),
  },
  {
    what: 'two values of one key',
    rule: 'json.duplicate-key',
    verdict: 'suspicious',
    path,
    bytes: archive('{"class_name":"Sequential","config":{"layers":[],"layers":[]}}'),
  },
  {
    what: 'a configuration behind 100 KB of spaces',
    rule: 'keras.module-code',
    verdict: 'unsafe',
    path,
    bytes: archive(
      `${' '.repeat(100_000)}${JSON.stringify(sequential(layer('system', {}, { module: 'os' })))}`,
    ),
  },
  {
    what: 'a configuration in UTF-16',
    rule: 'keras.module-code',
    verdict: 'unsafe',
    path,
    bytes: zip({
      'config.json': new Uint8Array(
        Buffer.from(JSON.stringify(layer('system', {}, { module: 'os' })), 'utf16le'),
      ),
    }),
  },
  {
    what: 'a class name written with escapes',
    rule: 'keras.module-code',
    verdict: 'unsafe',
    path,
    bytes: archive('{"cl\\u0061ss_name":"system","config":{},"modul\\u0065":"os"}'),
  },
  {
    what: 'a Lambda in HDF5',
    rule: 'keras.lambda-code',
    verdict: 'unsafe',
    path: 'model.h5',
    bytes: hdf5File({
      attributes: {
        model_config: JSON.stringify({
          class_name: 'Sequential',
          config: {
            layers: [{ class_name: 'Lambda', config: { function: [bytecode('os', 'popen'), null, null] } }],
          },
        }),
      },
    }),
  },
  {
    what: 'a module in HDF5',
    rule: 'keras.module-code',
    verdict: 'unsafe',
    path: 'model.h5',
    bytes: hdf5File({
      attributes: {
        training_config: JSON.stringify({ loss: { module: 'os', class_name: 'system', config: {} } }),
      },
    }),
  },
];

export const kerasSamples: Samples = {
  benign,
  planted,
  broken: [
    ...cuts(first(benign)),
    {
      what: 'a configuration nested 10,000 deep',
      path,
      bytes: archive(`{"class_name":"S","config":${'['.repeat(10_000)}`),
    },
  ],
};
