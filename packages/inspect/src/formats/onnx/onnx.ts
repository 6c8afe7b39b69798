/**
 * ONNX models. Their operators compute and nothing else, as long as they are ONNX's own: an operator of another domain
 * needs a native library, and a tensor may point to a file anywhere on the machine.
 * Source: onnx.proto and docs/ExternalData.md of the ONNX project.
 */
import { fields, int64, type Range, textOf } from '../../bytes/protobuf.ts';
import { Reader } from '../../bytes/reader.ts';
import { Report } from '../../bytes/report.ts';
import type { ByteSource, Format, Inspection } from '../../types.ts';
import { checkEmbeddedText } from '../embedded.ts';
import { commonest } from '../extents.ts';
import { GraphWalk, operatorSet } from './graph.ts';
import { looksLikeOnnx } from './recognise.ts';
import { entryOf } from './tensor.ts';

/** Domains that runtimes implement themselves. */
const OWN_DOMAINS = new Set([
  '',
  'ai.onnx',
  'ai.onnx.ml',
  'ai.onnx.training',
  'ai.onnx.preview',
  'ai.onnx.preview.training',
  'com.microsoft',
  'com.microsoft.experimental',
  'com.microsoft.nchwc',
  'com.ms.internal.nhwc',
]);
/** Operators of these run Python that the process registers. */
const PYTHON_OPERATORS = new Set(['PyOp', 'PyCustomOp', 'PythonOp', 'PythonOpGrad']);

export const onnx: Format = {
  name: 'onnx',
  recognises: (head) => looksLikeOnnx(head),
  inspect(source, inspection) {
    const report = new Report(source.size);
    report.attempt('model', () => readModel(source, inspection, report));
    return report.result();
  },
};

function readModel(source: ByteSource, inspection: Inspection, report: Report): void {
  const reader = new Reader(source, inspection);
  const walk = new GraphWalk(reader, report);
  const functions = new Set<string>();
  const declared = new Set<string>();
  for (const field of fields(reader, { start: 0, end: source.size })) {
    if (field.number === 1 && field.wire === 'varint') report.metadata('onnx.ir_version', int64(field.value));
    if (field.wire !== 'bytes') continue;
    switch (field.number) {
      case 2:
        report.metadata('onnx.producer', textOf(reader, field, 500));
        break;
      case 6:
        checkEmbeddedText(report, textOf(reader, field), 'the description');
        break;
      case 7:
        walk.graph(field);
        break;
      case 8: {
        const { domain, version } = operatorSet(reader, field);
        declared.add(domain);
        report.metadata(`onnx.opset.${domain || 'ai.onnx'}`, version);
        break;
      }
      case 14:
        readProperty(reader, field, report);
        break;
      case 20:
        // Training graphs: initialisation and algorithm.
        for (const inner of fields(reader, field))
          if (inner.wire === 'bytes' && (inner.number === 1 || inner.number === 2)) walk.graph(inner);
        break;
      case 25:
        functions.add(walk.localFunction(field));
        break;
      default:
    }
  }
  report.member();
  checkOperators(walk, functions, declared, report);
  for (const file of walk.files)
    report.info('onnx.external-file', `Tensors lie in the file "${file}".`, { names: [file] });
  report.capability({ parameters: walk.parameters });
  const quantisation = commonest(walk.weights);
  if (quantisation !== undefined) report.capability({ quantisation });
}

function readProperty(reader: Reader, range: Range, report: Report): void {
  const [key, value] = entryOf(reader, range);
  report.metadata(key, value);
  checkEmbeddedText(report, value, `the property "${key}"`);
}

function checkOperators(
  walk: GraphWalk,
  functions: ReadonlySet<string>,
  declared: ReadonlySet<string>,
  report: Report,
): void {
  for (const [key, { domain, type, offset }] of walk.operators) {
    const names = [domain === '' ? type : `${domain}::${type}`];
    if (PYTHON_OPERATORS.has(type))
      report.suspicious(
        'onnx.python-operator',
        `The operator ${names[0]} runs Python that the loading process provides.`,
        {
          offset,
          names,
          severity: 'high',
        },
      );
    else if (!OWN_DOMAINS.has(domain) && !functions.has(key))
      report.suspicious(
        'onnx.custom-operator',
        `The operator ${names[0]} is not ONNX's own: the model loads only with a native library that brings it.`,
        { offset, names },
      );
    if (domain !== '' && domain !== 'ai.onnx' && !declared.has(domain))
      report.info('onnx.undeclared-domain', `The domain ${domain} is used and not declared.`, {
        offset,
        names,
      });
  }
}
