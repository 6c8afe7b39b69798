/** Chat templates wherever they sit: GGUF, tokenizer_config.json, chat_template.jinja, safetensors metadata. */
import type { Modality } from '@custos/core';
import type { Ticker } from '../../bytes/reader.ts';
import type { Report } from '../../bytes/report.ts';
import { checkInstructions } from './instructions.ts';
import { checkLoops } from './loops.ts';
import { parseTemplate } from './parser.ts';
import { scopeOf } from './scope.ts';
import { contentsOf, everyExpression, everyStatement, type Template } from './syntax.ts';
import { walkingNames } from './vocabulary.ts';
import { checkExpression } from './walking.ts';

/** What a template tells about the model. */
export interface TemplateFacts {
  readonly toolCalling: boolean;
  /** Kinds of content parts that the template has a place for. */
  readonly inputs: readonly Modality[];
}

/**
 * Parses a chat template and reports what it would do; nothing is rendered. A template that can not be parsed is a
 * skipped part.
 * @param where what the template is called in messages, such as `The chat template`
 * @example inspectTemplate(report, "{{ messages[0]['content'] }}", 'The chat template', inspection)
 */
export function inspectTemplate(
  report: Report,
  text: string,
  where: string,
  ticker: Ticker,
): TemplateFacts | undefined {
  let facts: TemplateFacts | undefined;
  let parsed = false;
  ticker.tick(text.length);
  report.attempt(where, () => {
    const template = parseTemplate(text);
    const scope = scopeOf(template);
    for (const statement of everyStatement(template.body)) {
      ticker.tick();
      for (const expression of contentsOf(statement).expressions)
        checkExpression(report, expression, scope, where);
      if (statement.type === 'load')
        report.suspicious(
          'jinja.loads-file',
          `${where} takes in another file by "${statement.tag}"; a chat template stands alone.`,
          { offset: statement.offset, severity: 'high' },
        );
    }
    checkLoops(report, template.body, scope, where);
    checkInstructions(report, template.body, scope, where);
    facts = factsOf(template);
    parsed = true;
  });
  if (parsed) report.member();
  else checkUnparsed(report, text, where);
  return facts;
}

/** What can be said of a template that is not understood: names that only an attack needs. */
function checkUnparsed(report: Report, text: string, where: string): void {
  const names = walkingNames(text.slice(0, 1024 * 1024));
  if (names.length > 0)
    report.suspicious('jinja.special-name', `${where} can not be parsed and holds ${names.join(', ')}.`, {
      names,
      severity: 'high',
    });
}

const TOOLS = new Set([
  'tools',
  'functions',
  'available_tools',
  'custom_tools',
  'builtin_tools',
  'tool_calls',
]);
const PARTS: ReadonlyMap<string, Modality> = new Map([
  ['image', 'image'],
  ['image_url', 'image'],
  ['video', 'video'],
  ['audio', 'audio'],
  ['audio_url', 'audio'],
  ['input_audio', 'audio'],
]);

function factsOf(template: Template): TemplateFacts {
  let toolCalling = false;
  const inputs = new Set<Modality>();
  for (const statement of everyStatement(template.body))
    for (const expression of contentsOf(statement).expressions)
      for (const part of everyExpression(expression)) {
        if (part.type === 'name' && TOOLS.has(part.name)) toolCalling = true;
        if (part.type === 'literal' && typeof part.value === 'string') {
          const modality = PARTS.get(part.value);
          if (modality !== undefined) inputs.add(modality);
        }
      }
  return { toolCalling, inputs: [...inputs] };
}
