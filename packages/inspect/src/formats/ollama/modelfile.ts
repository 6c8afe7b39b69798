/**
 * Ollama's Modelfile: which model is taken, its parameters, and a template in Go's language. Go templates can not walk to
 * the operating system; what they can do is tell the model something behind the backs of the people.
 */
import { headText, Reader } from '../../bytes/reader.ts';
import { Report } from '../../bytes/report.ts';
import type { Format } from '../../types.ts';
import { baseName } from '../document.ts';
import { checkEmbeddedText, escapes } from '../embedded.ts';
import { checkText } from '../jinja/instructions.ts';

const LONGEST = 1024 * 1024;
const INSTRUCTION =
  /^(FROM|PARAMETER|TEMPLATE|SYSTEM|ADAPTER|LICENSE|MESSAGE|REQUIRES|RENDERER|PARSER)\s+("""[\s\S]*?"""|[^\n]*)/gim;
/** Functions of Go templates and of Ollama. */
const FUNCTIONS = new Set(
  'if else end range with define template block break continue and or not eq ne lt le gt ge len index slice print printf println html js urlquery call json currentDate yesterdayDate toTypeScriptType'.split(
    ' ',
  ),
);

export const modelfile: Format = {
  name: 'ollama/modelfile',
  lastResort: true,
  recognises(head, { path }) {
    const text = headText(head, 16_384);
    return (
      /^\s*(#[^\n]*\n\s*)*FROM\s+\S+/i.test(text) &&
      (/^(modelfile|.*\.modelfile)$/i.test(baseName(path)) ||
        /^(TEMPLATE|PARAMETER|ADAPTER)\s/m.test(text)) &&
      !/^(RUN|ENTRYPOINT|CMD|WORKDIR|COPY)\s/m.test(text)
    );
  },
  inspect(source, inspection) {
    const report = new Report(source.size);
    report.attempt('instructions', () => {
      const text = new Reader(source, inspection).text(source.size, LONGEST);
      let toolCalling = false;
      for (const [, name = '', raw = ''] of text.matchAll(INSTRUCTION)) {
        const value = raw.replace(/^"+|"+$/g, '').trim();
        report.member();
        switch (name.toUpperCase()) {
          case 'FROM':
          case 'ADAPTER':
            checkSource(name, value, report);
            break;
          case 'TEMPLATE':
            toolCalling = /\.Tools\b/.test(value);
            checkTemplate(value, report);
            break;
          case 'SYSTEM':
          case 'MESSAGE':
            checkText(report, value, 0, `The instruction ${name}`);
            checkEmbeddedText(report, value, `the instruction ${name}`);
            break;
          case 'PARAMETER': {
            const context = /^num_ctx\s+(\d{1,9})$/.exec(value)?.[1];
            if (context !== undefined) report.capability({ contextLength: Number(context) });
            break;
          }
          default:
        }
      }
      report.capability({ toolCalling });
    });
    return report.result();
  },
};

function checkSource(name: string, value: string, report: Report): void {
  report.metadata(`ollama.${name.toLowerCase()}`, value);
  const why = escapes(value);
  if (why === 'leads out of the folder of the model' || why === 'is an address on a network')
    report.suspicious('ollama.source', `${name} takes "${value}", which ${why}.`, { names: [value] });
}

function checkTemplate(template: string, report: Report): void {
  for (const [, action = ''] of template.matchAll(/\{\{-?([\s\S]*?)-?\}\}/g)) {
    const plain = action.replace(/"(?:[^"\\]|\\.)*"|`[^`]*`/g, ' ');
    for (const [name] of plain.matchAll(/(?<![.$\w])[a-zA-Z_]\w*/g))
      if (!FUNCTIONS.has(name) && !/^(true|false|nil)$/.test(name))
        report.suspicious(
          'ollama.unknown-function',
          `The template calls ${name}, which Ollama does not provide.`,
          {
            names: [name],
            severity: 'low',
          },
        );
    const compared = /\b(?:eq|contains|hasPrefix)\b[^{}]*\.Content\b[^{}]*"([^"]{3,})"/.exec(action)?.[1];
    if (compared !== undefined)
      report.suspicious('ollama.content-trigger', `The template acts on somebody writing "${compared}".`, {
        names: [compared],
      });
  }
  checkText(report, template, 0, 'The template');
}
