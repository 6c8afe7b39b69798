/**
 * TensorFlow Lite: a FlatBuffer of operators. Built-in operators compute; a custom operator needs native code beside the
 * interpreter, and a `Flex` operator runs an operation of TensorFlow. Interpreters use indexes unchecked, so each is
 * checked here.
 * Source: tensorflow/lite/schema/schema.fbs.
 */
import { FlatTable } from '../../bytes/flatbuffer.ts';
import { Malformed } from '../../bytes/malformed.ts';
import { hasMagic, Reader } from '../../bytes/reader.ts';
import { Report } from '../../bytes/report.ts';
import type { Format } from '../../types.ts';
import { elementsOf } from '../extents.ts';
import { reachOf } from '../tensorflow/operations.ts';

const CUSTOM = 32;
/** Operators, tensors and buffers, counted as often as something points to them. */
const MOST_ITEMS = 4_000_000;
const MOST_CODES = 10_000;
/** Custom operators that TensorFlow's and MediaPipe's own runtimes bring. */
const KNOWN_CUSTOM = new Set(
  (
    'TFLite_Detection_PostProcess AudioSpectrogram Mfcc NumericVerify edgetpu-custom-op Convolution2DTransposeBias ' +
    'MaxPoolingWithArgmax2D MaxUnpooling2D TransformTensorBilinear TransformLandmarks Landmarks2TransformMatrix AddN ' +
    'ethos-u SignalRfft SignalIrfft SignalWindow SignalFilterBank SignalFilterBankLog SignalFilterBankSquareRoot SignalFilterBankSpectralSubtraction ' +
    'SignalFftAutoScale SignalEnergy SignalPCAN SignalFramer SignalOverlapAdd SignalStacker SignalDelay CircularBuffer CIRCULAR_BUFFER ' +
    'DECODE EMHASH SequenceStringProjection RandomUniform RandomStandardNormal Multinomial Roll Atan2 Sign HashtableV2 DENSIFY'
  ).split(' '),
);

interface Operator {
  readonly builtin: number;
  readonly custom: string | undefined;
}

export const tflite: Format = {
  name: 'tflite',
  recognises: (head) => hasMagic(head, 'TFL3', 4),
  inspect(source, inspection) {
    const report = new Report(source.size);
    report.attempt('model', () => {
      const reader = new Reader(source, inspection);
      readModel(reader, report);
      report.member();
    });
    return report.result();
  },
};

function readModel(reader: Reader, report: Report): void {
  const model = FlatTable.root(reader);
  report.metadata('tflite.version', model.number(0, 'u32'));
  const description = model.text(3, 1000);
  if (description !== undefined) report.metadata('tflite.description', description);
  if ((model.vector(1, 4)?.length ?? 0) > MOST_CODES)
    throw new Malformed(`more than ${MOST_CODES} operator codes`);
  const operators = [...model.tables(1)].map((code): Operator => {
    const builtin = Math.max(code.number(0, 'i8'), code.number(3, 'i32'));
    return { builtin, custom: code.text(1, 500) };
  });
  for (const operator of operators) checkOperator(operator, report);
  const count = counter();
  const filled = readBuffers(model, reader, report);
  let parameters = 0;
  for (const graph of model.tables(2))
    parameters += checkGraph(graph, operators.length, filled, report, count);
  report.capability({ parameters });
}

/** Vectors may point to the same table again and again, so that a small file asks for endless work. */
function counter(): () => void {
  let items = 0;
  return () => {
    items += 1;
    if (items > MOST_ITEMS) throw new Malformed(`more than ${MOST_ITEMS} tensors and operators`);
  };
}

function checkOperator({ builtin, custom }: Operator, report: Report): void {
  report.member();
  if (builtin !== CUSTOM && custom === undefined) return;
  const name = custom ?? '';
  const flex = /^Flex(.+)$/.exec(name)?.[1];
  if (flex !== undefined) {
    const reach = reachOf(flex);
    if (reach === undefined || reach === 'prints')
      report.info('tflite.flex-operator', `The operator ${name} runs TensorFlow's ${flex}.`, {
        names: [name],
      });
    else if (reach === 'writes' || reach === 'python' || reach === 'reads')
      report.unsafe(
        'tflite.reaching-operator',
        `The operator ${name} runs TensorFlow's ${flex}, which ${reach === 'python' ? 'calls Python' : `${reach} files`}.`,
        { names: [name] },
      );
    else
      report.suspicious('tflite.reaching-operator', `The operator ${name} runs TensorFlow's ${flex}.`, {
        names: [name],
      });
  } else if (KNOWN_CUSTOM.has(name))
    report.info(
      'tflite.known-custom-operator',
      `The custom operator ${name} is of TensorFlow's own runtimes.`,
      {
        names: [name],
      },
    );
  else
    report.suspicious(
      'tflite.custom-operator',
      `The custom operator "${name}" needs native code beside the interpreter.`,
      { names: [name] },
    );
}

/** Which buffers hold data. Their bytes may lie behind the FlatBuffer, at an offset of the file. */
function readBuffers(model: FlatTable, reader: Reader, report: Report): boolean[] {
  const filled: boolean[] = [];
  for (const buffer of model.tables(4)) {
    const offset = buffer.number(1, 'u64');
    const size = buffer.number(2, 'u64');
    const inline = buffer.vector(0, 1);
    if (offset > 1 && offset + size > reader.end)
      report.suspicious(
        'tflite.buffer-outside',
        `The buffer ${filled.length} lies beyond the end of the file.`,
        {
          offset: buffer.position,
        },
      );
    filled.push((inline?.length ?? 0) > 0 || (offset > 1 && size > 0));
  }
  return filled;
}

function checkGraph(
  graph: FlatTable,
  operators: number,
  filled: readonly boolean[],
  report: Report,
  count: () => void,
): number {
  let parameters = 0;
  let tensors = 0;
  const outside = (what: string, index: number, offset: number) =>
    report.suspicious(
      'tflite.index-outside',
      `${what} ${index} does not exist: an interpreter that trusts it reads beyond its memory.`,
      { offset },
    );
  for (const tensor of graph.tables(0)) {
    count();
    const buffer = tensor.number(2, 'u32');
    if (buffer >= filled.length && buffer !== 0) outside('The buffer', buffer, tensor.position);
    const elements = elementsOf(tensor.integers(0, 64));
    if (elements === undefined)
      report.suspicious(
        'tflite.shape',
        `The shape of the tensor "${tensor.text(3, 200) ?? ''}" is negative or overflows.`,
        {
          offset: tensor.position,
        },
      );
    else if (filled[buffer] === true) parameters += elements;
    tensors += 1;
  }
  for (const operator of graph.tables(3)) {
    count();
    const code = operator.number(0, 'u32');
    if (code >= operators) outside('The operator code', code, operator.position);
    // -1 stands for an optional input that is left out.
    for (const slot of [1, 2])
      for (const index of operator.integers(slot))
        if (index >= tensors || index < -1) outside('The tensor', index, operator.position);
    report.member();
  }
  return parameters;
}
