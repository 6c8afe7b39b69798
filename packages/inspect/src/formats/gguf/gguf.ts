/**
 * GGUF 1 to 3, of both byte orders: metadata, chat templates, and where the tensors lie. Its readers are written in C++,
 * so a length that lies is an attack on memory; its templates are rendered by whoever serves the model.
 * Source: gguf.md of the ggml project.
 */
import type { Modality } from '@custos/core';
import { Malformed } from '../../bytes/malformed.ts';
import { hasMagic, Reader } from '../../bytes/reader.ts';
import { Report } from '../../bytes/report.ts';
import type { ByteSource, Format, Inspection } from '../../types.ts';
import { capabilityOfTemplate, unique } from '../capability.ts';
import { checkEmbeddedText } from '../embedded.ts';
import { inspectTemplate, type TemplateFacts } from '../jinja/template.ts';
import { GgufReader, Lie, type Value } from './metadata.ts';
import { checkTensors, readTensors } from './tensors.ts';
import { fileType } from './types.ts';

export const gguf: Format = {
  name: 'gguf',
  recognises: (head) => hasMagic(head, 'GGUF') || hasMagic(head, 'FUGG'),
  inspect(source, inspection) {
    const report = new Report(source.size);
    report.attempt('header', () => {
      try {
        readFile(source, inspection, report);
      } catch (error) {
        if (error instanceof Lie)
          report.suspicious(
            'gguf.length-lie',
            `A length can not be meant: ${error.message}. Readers that trust it write past their memory.`,
            error.offset === undefined ? {} : { offset: error.offset },
          );
        throw error;
      }
    });
    return report.result();
  },
};

function readFile(source: ByteSource, inspection: Inspection, report: Report): void {
  const reader = new Reader(source, inspection);
  reader.skip(4);
  const { file, version } = versionOf(reader, (text, what) =>
    checkTemplate(text, `a text of ${what}`, report, inspection),
  );
  report.metadata('gguf.version', version);
  const tensorCount = file.count('the number of tensors', version === 1 ? 21 : 25);
  const valueCount = file.count('the number of metadata values', version === 1 ? 9 : 13);
  const metadata = readMetadata(file, valueCount, report, inspection);
  const alignment = alignmentOf(metadata, report);
  const tensors = readTensors(file, tensorCount, report);
  const summary = checkTensors(tensors, reader.offset, alignment, source.size, report);
  describe(metadata, summary, report);
}

/** Version 1 to 3; written in the other byte order where the number only makes sense turned round. */
function versionOf(
  reader: Reader,
  onText: (text: string, what: string) => void,
): { file: GgufReader; version: number } {
  let version = reader.u32();
  if (version > 0xffff) {
    reader.littleEndian = false;
    reader.seek(reader.offset - 4);
    version = reader.u32();
  }
  if (version < 1 || version > 3) throw new Malformed(`version ${version} is not known`, 4);
  return { file: new GgufReader(reader, version, onText), version };
}

/** Keys that are remembered, to find one that stands twice. Real files have some hundred. */
const MOST_KEPT = 100_000;

type Metadata = ReadonlyMap<string, Value>;

function readMetadata(file: GgufReader, count: number, report: Report, inspection: Inspection): Metadata {
  const metadata = new Map<string, Value>();
  const facts: TemplateFacts[] = [];
  for (let index = 0; index < count; index += 1) {
    inspection.tick();
    const { offset } = file.reader;
    const key = file.text('a key', 64 * 1024);
    if (metadata.has(key))
      report.suspicious(
        'gguf.duplicate-key',
        `The key "${key}" stands twice, so that readers see different values.`,
        {
          offset,
          names: [key],
        },
      );
    const value = file.value(file.reader.u32(), `"${key.slice(0, 80)}"`);
    // What is kept is what is used: short texts and numbers under keys of usual length.
    if (key.length <= 256 && metadata.size < MOST_KEPT)
      metadata.set(key, typeof value === 'string' && value.length > 1000 ? undefined : value);
    if (value === undefined) continue;
    if (/^(general\.|tokenizer\.ggml\.(model|pre)$)/.test(key)) report.metadata(key, value);
    if (typeof value !== 'string') continue;
    if (/^tokenizer\.chat_template(\.|$)/.test(key)) {
      const found = inspectTemplate(report, value, `The chat template "${key}"`, inspection);
      if (found !== undefined) facts.push(found);
    } else {
      checkTemplate(value, `the value "${key}"`, report, inspection);
      checkEmbeddedText(report, value, `the value "${key}"`);
    }
  }
  report.member();
  if (facts.length > 0)
    report.capability(
      capabilityOfTemplate({
        toolCalling: facts.some(({ toolCalling }) => toolCalling),
        inputs: unique(facts.flatMap(({ inputs }) => inputs)),
      }),
    );
  return metadata;
}

/** Tools keep templates under other keys too, and in arrays. */
function checkTemplate(text: string, where: string, report: Report, inspection: Inspection): void {
  if (/\{\{.*\}\}|\{%.*%\}/s.test(text))
    inspectTemplate(report, text, `The template in ${where}`, inspection);
}

function alignmentOf(metadata: Metadata, report: Report): number {
  const value = metadata.get('general.alignment');
  if (value === undefined) return 32;
  if (typeof value === 'number' && value > 0 && value <= 2 ** 20 && Number.isInteger(Math.log2(value)))
    return value;
  report.suspicious(
    'gguf.alignment',
    `The alignment ${String(value)} is no power of two: readers that trust it compute wrong places.`,
  );
  return 32;
}

interface Summary {
  readonly parameters: number;
  readonly commonestType: string | undefined;
}

function describe(metadata: Metadata, summary: Summary, report: Report): void {
  const architecture = metadata.get('general.architecture');
  const type = metadata.get('general.file_type');
  const quantisation = (typeof type === 'number' ? fileType(type) : undefined) ?? summary.commonestType;
  if (quantisation !== undefined) report.capability({ quantisation });
  if (summary.parameters > 0) report.capability({ parameters: summary.parameters });
  if (typeof architecture !== 'string') return;
  report.capability({ architecture: architecture.slice(0, 100) });
  const context = metadata.get(`${architecture}.context_length`);
  if (typeof context === 'number' && Number.isSafeInteger(context) && context > 0)
    report.capability({ contextLength: context });
  const special = modalitiesOf(architecture, metadata);
  if (special !== undefined) report.capability(special);
}

/** Encoders say what they take; a text model needs no word. */
function modalitiesOf(
  architecture: string,
  metadata: Metadata,
): { inputs: Modality[]; outputs: Modality[] } | undefined {
  if (architecture === 'clip' || architecture === 'mmproj') {
    const inputs: Modality[] = [];
    if (metadata.get('clip.has_vision_encoder') === true) inputs.push('image');
    if (metadata.get('clip.has_audio_encoder') === true) inputs.push('audio');
    return { inputs, outputs: ['embedding'] };
  }
  if (/bert|embed/i.test(architecture)) return { inputs: ['text'], outputs: ['embedding'] };
  if (architecture === 'whisper') return { inputs: ['audio'], outputs: ['text'] };
  return undefined;
}
