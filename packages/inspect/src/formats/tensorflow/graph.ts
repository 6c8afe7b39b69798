/** GraphDef and its library of functions: which operations reach out of the model, and to where. */
import { fields, lastMessage, type Range, textOf } from '../../bytes/protobuf.ts';
import type { Reader } from '../../bytes/reader.ts';
import type { Report } from '../../bytes/report.ts';
import { checkEmbeddedText, escapes } from '../embedded.ts';
import { type Node, readNode } from './node.ts';
import { isCustom, reachOf } from './operations.ts';

/** Characters of constants that are kept to see where a path comes from. */
const MOST_KEPT = 16 * 1024 * 1024;
const MOST_REACHING = 10_000;

/** @param range a GraphDef */
export function checkGraph(reader: Reader, range: Range, report: Report): void {
  checkNodes(reader, range, 1, 'the graph', report);
  const library = lastMessage(reader, range, 2);
  if (library === undefined) return;
  for (const field of fields(reader, library)) {
    if (field.number !== 1 || field.wire !== 'bytes') continue;
    const signature = lastMessage(reader, field, 1);
    const name = signature === undefined ? '' : firstText(reader, signature);
    checkNodes(reader, field, 3, `the function "${name}"`, report);
  }
}

function firstText(reader: Reader, range: Range): string {
  for (const field of fields(reader, range))
    if (field.number === 1 && field.wire === 'bytes') return textOf(reader, field, 500);
  return '';
}

/** @param number of the field that holds nodes: 1 in a graph, 3 in a function */
function checkNodes(reader: Reader, range: Range, number: number, where: string, report: Report): void {
  const constants = new Map<string, readonly string[]>();
  const reaching: Node[] = [];
  let kept = 0;
  for (const field of fields(reader, range)) {
    if (field.number !== number || field.wire !== 'bytes') continue;
    const node = readNode(reader, field);
    report.member();
    if (node.operation === 'Const') {
      const value = node.texts.get('value');
      if (value !== undefined) {
        const short = value.slice(0, 4).filter((text) => text.length <= 1000);
        kept += node.name.length + short.reduce((sum, text) => sum + text.length, 100);
        if (kept < MOST_KEPT) constants.set(node.name, short);
        for (const text of value) checkEmbeddedText(report, text, `the constant "${node.name}"`);
      }
    } else if (reachOf(node.operation) !== undefined || isCustom(node.operation)) {
      if (reaching.length < MOST_REACHING) reaching.push(node);
      else report.skip(where, `more than ${MOST_REACHING} operations reach out of the model`);
    }
  }
  for (const node of reaching) checkNode(node, constants, where, report);
}

function checkNode(
  node: Node,
  constants: ReadonlyMap<string, readonly string[]>,
  where: string,
  report: Report,
): void {
  const { operation, name, offset } = node;
  const paths = pathsOf(node, constants);
  const to =
    paths.length === 0
      ? ''
      : ` (${paths
          .slice(0, 3)
          .map((path) => `"${path}"`)
          .join(', ')})`;
  const extra = { offset, names: [operation, ...paths] };
  const what = `The operation ${operation} ("${name}" in ${where})`;
  switch (reachOf(operation)) {
    case 'writes':
      if (operation === 'WriteFile' || paths.some((path) => escapes(path) !== undefined))
        report.unsafe(
          'tensorflow.write-file',
          `${what} writes to files of this machine${to} when the model runs.`,
          extra,
        );
      else report.suspicious('tensorflow.write-file', `${what} can write to files of this machine.`, extra);
      break;
    case 'reads':
      if (paths.some((path) => escapes(path) !== undefined))
        report.unsafe(
          'tensorflow.read-file',
          `${what} reads files of this machine${to} when the model runs.`,
          extra,
        );
      else
        report.suspicious('tensorflow.read-file', `${what} can read files of this machine${to}.`, {
          ...extra,
          severity: 'high',
        });
      break;
    case 'python':
      report.unsafe('tensorflow.python', `${what} calls Python when the model runs.`, extra);
      break;
    case 'native':
      report.suspicious('tensorflow.native-code', `${what} holds or calls machine code.`, {
        ...extra,
        severity: 'high',
      });
      break;
    case 'network':
      report.suspicious('tensorflow.network', `${what} opens connections${to}.`, {
        ...extra,
        severity: 'high',
      });
      break;
    case 'prints':
      checkPrint(node, what, report);
      break;
    default:
      report.suspicious('tensorflow.custom-operation', `${what} is of a library beside TensorFlow.`, extra);
  }
}

/** Texts that reach a node as constants or attributes and look like paths or addresses. */
function pathsOf(node: Node, constants: ReadonlyMap<string, readonly string[]>): string[] {
  const given = node.inputs.flatMap((input) => constants.get(input) ?? []);
  const own = [...node.texts].flatMap(([key, texts]) =>
    /path|file|region|address|url|spec/i.test(key) ? texts : [],
  );
  return [...given, ...own].filter((text) => text.length > 0 && text.length < 1000).slice(0, 10);
}

/** Printing to a log is common; printing to a file or an address sends data out of the model. */
function checkPrint(node: Node, what: string, report: Report): void {
  const streams = node.texts.get('output_stream') ?? [];
  const urls = node.texts.get('debug_urls') ?? [];
  const extra = { offset: node.offset, names: [node.operation, ...streams, ...urls] };
  if (streams.some((stream) => stream.startsWith('file://')))
    report.unsafe('tensorflow.write-file', `${what} prints into the file ${streams.join(', ')}.`, extra);
  else if (urls.length > 0)
    report.suspicious('tensorflow.debug-output', `${what} sends values to ${urls.join(', ')}.`, {
      ...extra,
      severity: 'high',
    });
  else report.info('tensorflow.print', `${what} prints values to a log.`, extra);
}
