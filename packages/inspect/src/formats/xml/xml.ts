/**
 * Models in XML: OpenVINO's IR and PMML. What acts in XML is its prologue (entities that read files or grow without
 * bound); in the IR, layers of extensions; in PMML, extensions with scripts. Nothing is ever resolved.
 */
import { headText, Reader } from '../../bytes/reader.ts';
import { Report } from '../../bytes/report.ts';
import { localName, type XmlEvent, xmlEvents } from '../../bytes/xml.ts';
import type { Format } from '../../types.ts';
import { checkEmbeddedText, escapes } from '../embedded.ts';

type Open = Extract<XmlEvent, { kind: 'open' }>;

function xmlFormat(
  name: string,
  root: RegExp,
  check: (event: Open, report: Report, element: string) => void,
): Format {
  return {
    name,
    recognises(head) {
      const body = bodyOf(head);
      return body !== undefined && root.test(body);
    },
    inspect(source, inspection) {
      const report = new Report(source.size);
      report.attempt('document', () => {
        let element = '';
        for (const event of xmlEvents(new Reader(source, inspection))) {
          inspection.tick();
          checkEvent(event, report);
          if (event.kind !== 'open') {
            if (event.kind === 'text' || event.kind === 'cdata')
              checkEmbeddedText(report, event.text, `the element ${element}`);
            continue;
          }
          element = localName(event.name);
          check(event, report, element);
          for (const [key, value] of event.attributes)
            checkEmbeddedText(report, value, `the attribute ${element}.${key}`);
        }
        report.member();
      });
      return report.result();
    },
  };
}

const HEAD = 65_536;
const CUT = '';

/** XML whose root stands behind so much that nobody knows what it is. */
export const longPrologue: Format = {
  name: 'xml',
  lastResort: true,
  recognises: (head) => bodyOf(head) === CUT,
  inspect(source) {
    const report = new Report(source.size);
    report.skip(source.path, `is XML whose root is not within ${HEAD} bytes`);
    return report.result();
  },
};

function bodyOf(head: Uint8Array): string | undefined {
  return afterPrologue(headText(head, HEAD).replace(/^\ufeff/, ''));
}

/** What follows comments, instructions and a DOCTYPE; undefined for what is no XML, empty for what does not end. */
function afterPrologue(text: string): string | undefined {
  for (let at = 0; ; ) {
    at += /^\s*/.exec(text.slice(at, at + 65_536))?.[0].length ?? 0;
    if (text[at] !== '<') return undefined;
    const end = text.startsWith('<!--', at) ? '-->' : text.startsWith('<?', at) ? '?>' : '>';
    if (end === '>' && !text.startsWith('<!', at)) return text.slice(at);
    const bracket = end === '>' ? text.indexOf('[', at) : -1;
    const first = text.indexOf(end, at + 2);
    const from = bracket >= 0 && bracket < first ? text.indexOf(']', bracket) : at + 2;
    const found = from < 0 ? -1 : text.indexOf(end, from);
    if (found < 0) return CUT;
    at = found + end.length;
  }
}

function checkEvent(event: XmlEvent, report: Report): void {
  const { offset } = event;
  if (event.kind === 'doctype') {
    const { text } = event;
    if (/\b(SYSTEM|PUBLIC)\b/.test(text))
      report.unsafe(
        'xml.external-entity',
        `The document declares something outside of itself (${text.replace(/\s+/g, ' ').slice(0, 120)}): a parser that resolves it reads files or opens connections.`,
        { offset },
      );
    else if (/ENTITY/.test(text))
      report.suspicious(
        'xml.entity',
        'The document declares entities, with which a parser can be made to grow without bound.',
        {
          offset,
          severity: 'high',
        },
      );
    else report.info('xml.doctype', 'The document has a DOCTYPE, which models do not need.', { offset });
  } else if (event.kind === 'instruction' && event.text.startsWith('xml-stylesheet'))
    report.suspicious('xml.stylesheet', 'The document names a style sheet, which viewers load and run.', {
      offset,
    });
  else if (event.kind === 'open' && [...event.attributes.keys()].some((key) => /^xmlns:(xi|xsl)$/.test(key)))
    report.suspicious('xml.inclusion', `The element ${event.name} takes in other documents or transforms.`, {
      offset,
    });
}

export const openvino = xmlFormat('openvino/ir', /^<net[\s>]/, (event, report, element) => {
  const { attributes, offset } = event;
  if (element === 'net') {
    report.metadata('openvino.version', attributes.get('version') ?? '');
    report.capability({ architecture: attributes.get('name') ?? 'openvino' });
  }
  for (const [key, value] of attributes)
    if (/path|file|source|library|location/i.test(key) && escapes(value) !== undefined)
      report.unsafe(
        'openvino.external-path',
        `The element ${element} names "${value}" as ${key}, which ${escapes(value) ?? ''}.`,
        {
          offset,
          names: [value],
        },
      );
  if (element === 'layer') {
    report.member();
    const version = attributes.get('version');
    const type = attributes.get('type') ?? '';
    if (
      (version !== undefined && !/^(opset\d+|experimental|ie_internal_opset|internal)$/i.test(version)) ||
      type === 'Custom'
    )
      report.suspicious(
        'openvino.extension',
        `The layer ${type} is of "${version ?? 'custom'}": it needs a native extension library.`,
        { offset, names: [type] },
      );
  } else if (element === 'data')
    for (const key of ['offset', 'size']) {
      const value = attributes.get(key);
      if (value !== undefined && !/^\d{1,15}$/.test(value))
        report.suspicious('openvino.data-range', `The weights of a layer have the ${key} "${value}".`, {
          offset,
        });
    }
});

export const pmml = xmlFormat('pmml', /^<(\w+:)?PMML[\s>]/, (event, report, element) => {
  const { attributes, offset } = event;
  if (element === 'PMML') {
    report.metadata('pmml.version', attributes.get('version') ?? '');
    report.capability({ inputs: ['tabular'], outputs: ['tabular'] });
  } else if (/^(script|javascript|groovy|java|python|bean|invoke)$/i.test(element))
    report.suspicious(
      'pmml.script',
      `The element ${event.name} is no part of PMML and runs something in readers that know it.`,
      {
        offset,
        names: [element],
        severity: 'high',
      },
    );
  else if (element === 'Extension') {
    const text = [...attributes].map(([key, value]) => `${key}=${value}`).join(' ');
    if (/script|class|java|python|exec|command|url|href|handler/i.test(text))
      report.suspicious(
        'pmml.extension',
        `An extension asks its reader for more than PMML: ${text.slice(0, 120)}.`,
        {
          offset,
          names: [attributes.get('name') ?? ''],
        },
      );
  } else if (attributes.has('functionName') || element === 'Apply') {
    const called = attributes.get('function') ?? '';
    if (/^(java|javax|org|com|net|sun)\.|Runtime|ProcessBuilder|ScriptEngine/.test(called))
      report.unsafe('pmml.java-function', `The model calls the Java class ${called}.`, {
        offset,
        names: [called],
      });
  }
});
