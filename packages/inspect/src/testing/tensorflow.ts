import { field, message } from './build.ts';
import { cuts, first, type Planted, type Sample, type Samples } from './samples.ts';

const path = 'saved_model.pb';

function attribute(key: string, value: Uint8Array): Uint8Array {
  return field(5, message(field(1, key), field(2, value)));
}

export function operation(
  name: string,
  type: string,
  inputs: readonly string[] = [],
  ...attributes: readonly Uint8Array[]
): Uint8Array {
  return message(field(1, name), field(2, type), ...inputs.map((input) => field(3, input)), ...attributes);
}

function constant(name: string, text: string): Uint8Array {
  return operation(name, 'Const', [], attribute('value', field(8, message(field(1, 7), field(8, text)))));
}

function graph(...operations: readonly Uint8Array[]): Uint8Array {
  return message(...operations.map((one) => field(1, one)));
}

/** A library with one function. */
function library(...operations: readonly Uint8Array[]): Uint8Array {
  return field(
    2,
    message(field(1, message(field(1, message(field(1, 'f'))), ...operations.map((one) => field(3, one))))),
  );
}

function model(graphDef: Uint8Array, ...more: readonly Uint8Array[]): Uint8Array {
  return message(
    field(1, 1),
    field(2, message(field(1, message(field(4, 'serve'), field(5, '2.15.0'))), field(2, graphDef), ...more)),
  );
}

const add = operation('add', 'AddV2', ['x', 'y']);
const placeholder = operation('x', 'Placeholder');

const benign: Sample[] = [
  {
    what: 'a saved model',
    path,
    bytes: model(graph(placeholder, add, operation('save', 'SaveV2', ['path']))),
  },
  { what: 'a frozen graph', path: 'frozen.pb', bytes: graph(placeholder, add) },
  {
    what: 'a printing model',
    path,
    bytes: model(
      graph(add, operation('p', 'PrintV2', ['add'], attribute('output_stream', field(2, 'stderr')))),
    ),
  },
  {
    what: 'a vocabulary among the assets',
    path,
    bytes: model(
      graph(add),
      field(6, message(field(1, message(field(1, 'a:0'))), field(2, 'vocabulary.txt'))),
    ),
  },
];

const unsafe = (what: string, rule: string, bytes: Uint8Array): Planted => ({
  what,
  rule,
  verdict: 'unsafe',
  path,
  bytes,
});
const suspicious = (what: string, rule: string, bytes: Uint8Array): Planted => ({
  what,
  rule,
  verdict: 'suspicious',
  path,
  bytes,
});

const planted: Planted[] = [
  unsafe(
    'an operation that writes a file',
    'tensorflow.write-file',
    model(graph(constant('p', '/tmp/x'), operation('w', 'WriteFile', ['p', 'x']))),
  ),
  unsafe(
    'one in a function',
    'tensorflow.write-file',
    model(message(graph(add), library(operation('w', 'WriteFile', ['a', 'b'])))),
  ),
  unsafe(
    'an operation that reads a file by an absolute path',
    'tensorflow.read-file',
    model(graph(constant('p', '/etc/passwd'), operation('r', 'ReadFile', ['p:0']))),
  ),
  unsafe(
    'one that looks for files',
    'tensorflow.read-file',
    model(graph(constant('p', '/home/*/.ssh/*'), operation('m', 'MatchingFiles', ['p']))),
  ),
  unsafe(
    'one that maps a file into memory',
    'tensorflow.read-file',
    model(
      graph(operation('m', 'ImmutableConst', [], attribute('memory_region_name', field(2, '/etc/passwd')))),
    ),
  ),
  suspicious(
    'a path that comes from the input',
    'tensorflow.read-file',
    model(graph(placeholder, operation('r', 'ReadFile', ['x']))),
  ),
  unsafe(
    'PyFunc',
    'tensorflow.python',
    model(graph(operation('p', 'PyFunc', ['x'], attribute('token', field(2, 'pyfunc_0'))))),
  ),
  unsafe(
    'PyFuncStateless in a function',
    'tensorflow.python',
    model(message(graph(add), library(operation('p', 'PyFuncStateless')))),
  ),
  unsafe(
    'EagerPyFunc in a frozen graph',
    'tensorflow.python',
    graph(add, operation('p', 'EagerPyFunc', ['add'])),
  ),
  unsafe(
    'printing into a file',
    'tensorflow.write-file',
    model(graph(operation('p', 'PrintV2', ['x'], attribute('output_stream', field(2, 'file:///tmp/leak'))))),
  ),
  suspicious(
    'values sent to a debugger',
    'tensorflow.debug-output',
    model(
      graph(
        operation(
          'd',
          'DebugIdentity',
          ['x'],
          attribute('debug_urls', field(1, message(field(2, 'grpc://203.0.113.1:80')))),
        ),
      ),
    ),
  ),
  suspicious(
    'an engine of machine code',
    'tensorflow.native-code',
    model(graph(operation('t', 'TRTEngineOp'))),
  ),
  suspicious(
    'a service that yields data',
    'tensorflow.network',
    model(graph(operation('d', 'DataServiceDatasetV2'))),
  ),
  suspicious(
    'an operation of another library',
    'tensorflow.custom-operation',
    model(graph(operation('c', 'IO>ReadSecret'))),
  ),
  unsafe(
    'an asset outside of the folder',
    'tensorflow.asset-traversal',
    model(graph(add), field(6, message(field(2, '../../etc/passwd')))),
  ),
  unsafe(
    'a Lambda layer in the metadata of objects',
    'keras.lambda-code',
    model(
      graph(add),
      field(
        7,
        message(
          field(
            1,
            message(
              field(
                4,
                message(
                  field(1, '_tf_keras_layer'),
                  field(
                    3,
                    JSON.stringify({
                      class_name: 'Lambda',
                      config: { function: ['!not bytecode!!!', null, null] },
                    }),
                  ),
                ),
              ),
            ),
          ),
        ),
      ),
    ),
  ),
];

export const tensorflowSamples: Samples = { benign, planted, broken: cuts(first(benign)) };
