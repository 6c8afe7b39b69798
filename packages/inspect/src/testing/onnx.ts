import { concat, field, message, u64, zeros } from './build.ts';
import { cuts, first, type Planted, type Sample, type Samples } from './samples.ts';

const path = 'model.onnx';

export function node(type: string, domain = '', ...attributes: readonly Uint8Array[]): Uint8Array {
  return message(
    field(1, 'x'),
    field(2, 'y'),
    field(4, type),
    ...attributes.map((one) => field(5, one)),
    field(7, domain),
  );
}

export function tensor(
  name: string,
  dims: readonly number[],
  data: Uint8Array,
  ...more: readonly Uint8Array[]
): Uint8Array {
  return message(
    ...dims.map((size) => field(1, size)),
    field(2, 1),
    field(8, name),
    ...(data.length > 0 ? [field(9, data)] : []),
    ...more,
  );
}

function external(entries: Readonly<Record<string, string>>): Uint8Array {
  return concat(
    ...Object.entries(entries).map(([key, value]) => field(13, message(field(1, key), field(2, value)))),
    field(14, 1),
  );
}

export function onnxModel(graph: readonly Uint8Array[], ...more: readonly Uint8Array[]): Uint8Array {
  return message(
    field(1, 8),
    field(2, 'tests'),
    field(7, message(...graph, field(2, 'graph'))),
    field(8, message(field(1, ''), field(2, 17))),
    ...more,
  );
}

const add = field(1, node('Add'));
const weight = field(5, tensor('w', [2, 3], zeros(24)));

const benign: Sample[] = [
  { what: 'a node and a tensor', path, bytes: onnxModel([add, weight]) },
  {
    what: 'data in a file beside the model',
    path,
    bytes: onnxModel([
      field(5, tensor('w', [2], zeros(0), external({ location: 'weights.bin', offset: '0', length: '8' }))),
    ]),
  },
  {
    what: 'a subgraph',
    path,
    bytes: onnxModel([
      field(1, node('If', '', message(field(1, 'then_branch'), field(6, message(add)), field(20, 5)))),
    ]),
  },
  {
    what: 'a function of its own domain',
    path,
    bytes: onnxModel(
      [field(1, node('F', 'own'))],
      field(25, message(field(1, 'F'), field(10, 'own'), field(7, node('Add')))),
    ),
  },
];

function traversal(what: string, location: string): Planted {
  return {
    what: `data at ${what}`,
    rule: 'onnx.external-data-traversal',
    verdict: 'unsafe',
    path,
    bytes: onnxModel([field(5, tensor('w', [2], zeros(0), external({ location })))]),
  };
}

const custom = field(1, node('Run', 'evil.ops'));

const planted: Planted[] = [
  traversal('an absolute path', '/etc/passwd'),
  traversal('a path out of the folder', '../../secret'),
  traversal('a nested path out of the folder', 'sub/../../secret'),
  traversal('a path of Windows', 'C:\\secrets\\key'),
  traversal('a path of a home folder', '~/.ssh/id_rsa'),
  traversal('an address', 'https://example.org/weights'),
  {
    what: 'data outside of the folder, in an attribute of a node of a subgraph',
    rule: 'onnx.external-data-traversal',
    verdict: 'unsafe',
    path,
    bytes: onnxModel([
      field(
        1,
        node(
          'If',
          '',
          message(
            field(1, 'then_branch'),
            field(
              6,
              message(
                field(
                  1,
                  node(
                    'Constant',
                    '',
                    message(
                      field(1, 'value'),
                      field(5, tensor('c', [2], zeros(0), external({ location: '/etc/shadow' }))),
                    ),
                  ),
                ),
              ),
            ),
          ),
        ),
      ),
    ]),
  },
  {
    what: 'an operator of another domain',
    rule: 'onnx.custom-operator',
    verdict: 'suspicious',
    path,
    bytes: onnxModel([custom]),
  },
  {
    what: 'such an operator in a function',
    rule: 'onnx.custom-operator',
    verdict: 'suspicious',
    path,
    bytes: onnxModel(
      [add],
      field(25, message(field(1, 'F'), field(10, 'own'), field(7, node('Run', 'evil.ops')))),
    ),
  },
  {
    what: 'an operator that runs Python',
    rule: 'onnx.python-operator',
    verdict: 'suspicious',
    path,
    bytes: onnxModel([field(1, node('PyOp', 'ai.onnx.contrib'))]),
  },
  {
    what: 'an external length that is no number',
    rule: 'onnx.external-data-range',
    verdict: 'suspicious',
    path,
    bytes: onnxModel([field(5, tensor('w', [2], zeros(0), external({ location: 'w.bin', length: '-1' })))]),
  },
  {
    what: 'an external key that sets an attribute',
    rule: 'onnx.external-data-key',
    verdict: 'suspicious',
    path,
    bytes: onnxModel([field(5, tensor('w', [2], zeros(0), external({ location: 'w.bin', __class__: 'x' })))]),
  },
  {
    what: 'external data without a file',
    rule: 'onnx.external-data',
    verdict: 'suspicious',
    path,
    bytes: onnxModel([field(5, tensor('w', [2], zeros(0), external({ offset: '0' })))]),
  },
  {
    what: 'more elements than bytes',
    rule: 'onnx.size-mismatch',
    verdict: 'suspicious',
    path,
    bytes: onnxModel([field(5, tensor('w', [1000], zeros(24)))]),
  },
  {
    what: 'a shape that overflows',
    rule: 'onnx.overflow',
    verdict: 'suspicious',
    path,
    bytes: onnxModel([field(5, tensor('w', [2 ** 50, 2 ** 50], zeros(24)))]),
  },
  {
    what: 'a script in a property',
    rule: 'text.embedded-code',
    verdict: 'suspicious',
    path,
    bytes: onnxModel(
      [add],
      field(14, message(field(1, 'note'), field(2, "exec(__import__('os').popen('id').read())"))),
    ),
  },
];

export const onnxSamples: Samples = {
  benign,
  planted,
  broken: [
    ...cuts(first(benign)),
    {
      what: 'a field of 2⁶⁰ bytes',
      path,
      bytes: concat(onnxModel([add]), Uint8Array.of(0x3a), u64(-1n), Uint8Array.of(1)),
    },
    {
      what: 'subgraphs without end',
      path,
      bytes: onnxModel([
        Array.from({ length: 60 }).reduce<Uint8Array>(
          (inner) => field(1, node('If', '', message(field(1, 'g'), field(6, message(inner))))),
          add,
        ),
      ]),
    },
  ],
};
