/**
 * HDF5, and Keras models in it. Its numbers are data; what acts is the configuration in an attribute, links into other
 * files, and datasets whose bytes lie in other files.
 */
import { parseJson } from '../../bytes/json.ts';
import { Malformed } from '../../bytes/malformed.ts';
import { Report } from '../../bytes/report.ts';
import { memberPath, SliceSource } from '../../sources.ts';
import type { ByteSource, Format } from '../../types.ts';
import { checkEmbeddedText, escapes } from '../embedded.ts';
import { checkKerasConfig } from '../keras/config.ts';
import { type Attribute, readAttribute } from './attribute.ts';
import { densePlaces, type Place } from './dense.ts';
import { Hdf5File, signatureIn } from './file.ts';
import { type Link, readLink, symbolTable } from './groups.ts';
import { type Message, messagesOf } from './header.ts';

const LINK_INFO = 0x02;
const LINK = 0x06;
const EXTERNAL_FILES = 0x07;
const FILTERS = 0x0b;
const ATTRIBUTE = 0x0c;
const SYMBOL_TABLE = 0x11;
const ATTRIBUTE_INFO = 0x15;

const ACTING = new Set([LINK_INFO, LINK, EXTERNAL_FILES, ATTRIBUTE, SYMBOL_TABLE, ATTRIBUTE_INFO]);

/** Filters that the library itself brings: deflate, shuffle, checksum, szip, n-bit, scale-offset, lzf. */
const OWN_FILTERS = new Set([1, 2, 3, 4, 5, 6, 32000]);

export const hdf5: Format = {
  name: 'hdf5',
  recognises: (_, source) => signatureIn(source) !== undefined,
  inspect(source, inspection) {
    const report = new Report(source.size);
    report.attempt('file', () => {
      const file = new Hdf5File(source, inspection);
      report.metadata('hdf5.superblock', file.version);
      new Walk(file, report).objects();
      // What no reader of HDF5 looks at may be what another reader takes.
      for (const [from, to] of [
        [0, file.start],
        [file.end, source.size],
      ] as const)
        if (from < to && !isBlank(source, from, to))
          inspection.nested(new SliceSource(source, from, to - from, memberPath(source, `bytes@${from}`)));
    });
    return report.result();
  },
};

function isBlank(source: ByteSource, from: number, to: number): boolean {
  for (let at = from; at < to; ) {
    const part = source.read(at, Math.min(1 << 20, to - at));
    if (part.length === 0 || part.some((byte) => byte !== 0)) return false;
    at += part.length;
  }
  return true;
}

class Walk {
  readonly #file: Hdf5File;
  readonly #report: Report;
  readonly #queue: { address: number; path: string }[];

  constructor(file: Hdf5File, report: Report) {
    this.#file = file;
    this.#report = report;
    this.#queue = [{ address: file.root, path: '/' }];
  }

  objects(): void {
    for (let next = this.#queue.pop(); next !== undefined; next = this.#queue.pop()) {
      const { address, path } = next;
      if (!this.#file.first('object', address)) continue;
      this.#file.reader.tick();
      this.#report.attempt(path, () => {
        for (const message of messagesOf(this.#file, address)) this.#message(message, path);
        this.#report.member();
      });
    }
  }

  #message(message: Message, path: string): void {
    const { start, end, type, flags } = message;
    if ((flags & 2) !== 0) {
      // Types, sizes and fill values may be kept with another object; what acts is skipped, and says so.
      if (ACTING.has(type)) this.#report.skip(path, 'has a message that is kept elsewhere');
      return;
    }
    if (type === ATTRIBUTE) this.#attribute(start, end, path);
    else if (type === LINK) this.#link(readLink(this.#file, start), path);
    else if (type === SYMBOL_TABLE) for (const link of symbolTable(this.#file, start)) this.#link(link, path);
    else if (type === LINK_INFO)
      for (const place of this.#dense(start, 8, path)) this.#link(readLink(this.#file, place.start), path);
    else if (type === ATTRIBUTE_INFO)
      for (const place of this.#dense(start, 2, path)) this.#attribute(place.start, place.end, path);
    else if (type === EXTERNAL_FILES) this.#external(start, path);
    else if (type === FILTERS) this.#filters(start, path);
  }

  /** Link info and attribute info: flags, perhaps the greatest order of creation, then heap and tree. */
  #dense(start: number, orderSize: number, path: string): Place[] {
    const { reader } = this.#file;
    reader.seek(start + 1);
    if ((reader.u8() & 1) !== 0) reader.skip(orderSize);
    const heap = this.#file.address();
    const tree = this.#file.address();
    if (heap === undefined || tree === undefined) return [];
    const { places, huge } = densePlaces(this.#file, heap, tree);
    if (huge > 0) this.#report.skip(path, `${huge} attributes or links of more than 64 KiB lie apart`);
    return places;
  }

  #attribute(start: number, end: number, path: string): void {
    const attribute = readAttribute(this.#file, start, end);
    this.#report.member();
    checkAttribute(attribute, path, this.#report, this.#file);
  }

  #link(link: Link | undefined, parent: string): void {
    if (link === undefined) return;
    const path = `${parent === '/' ? '' : parent}/${link.name}`.slice(0, 500);
    if (link.kind === 'hard') this.#queue.push({ address: link.address, path });
    else if (link.kind === 'external') {
      const why = escapes(link.file);
      const message = `The link ${path} leads into the file "${link.file}"`;
      const names = [link.file];
      if (why === undefined) this.#report.suspicious('hdf5.external-link', `${message}.`, { names });
      else this.#report.unsafe('hdf5.external-link', `${message}, which ${why}.`, { names });
    }
  }

  /** A dataset whose bytes lie in other files: names in a local heap. */
  #external(start: number, path: string): void {
    const file = this.#file;
    const { reader } = file;
    reader.seek(start + 4);
    reader.skip(2);
    const used = reader.u16();
    const heap = file.address();
    if (heap === undefined) return;
    const slots = reader.offset;
    file.expectMagic('HEAP', heap);
    reader.skip(4);
    reader.skip(2 * file.lengthSize);
    const names = file.address();
    if (names === undefined) throw new Malformed('a heap without data', heap);
    for (let index = 0; index < used; index += 1) {
      reader.seek(slots + index * 3 * file.lengthSize);
      reader.seek(names + file.length());
      const name = reader.zeroTerminated();
      const why = escapes(name);
      this.#report.unsafe(
        'hdf5.external-data',
        `The dataset ${path} has its bytes in the file "${name}"${why === undefined ? '' : `, which ${why}`}: loading it reads that file as weights.`,
        { names: [name] },
      );
    }
  }

  /** A filter that the library does not bring is a plug-in, found and loaded by its number. */
  #filters(start: number, path: string): void {
    const { reader } = this.#file;
    reader.seek(start);
    const version = reader.u8();
    const count = reader.u8();
    if (version === 1) reader.skip(6);
    for (let index = 0; index < count; index += 1) {
      const number = reader.u16();
      const nameSize = version === 1 || number >= 256 ? reader.u16() : 0;
      reader.skip(2);
      const values = reader.u16();
      reader.skip(version === 1 ? Math.ceil(nameSize / 8) * 8 : nameSize);
      reader.skip(4 * values + (version === 1 && values % 2 === 1 ? 4 : 0));
      if (!OWN_FILTERS.has(number))
        this.#report.info('hdf5.plugin-filter', `The dataset ${path} needs the filter plug-in ${number}.`, {
          names: [String(number)],
        });
    }
  }
}

function checkAttribute(attribute: Attribute, path: string, report: Report, file: Hdf5File): void {
  const { name } = attribute;
  const [text] = attribute.texts;
  const configuration = name === 'model_config' || name === 'training_config';
  if (attribute.unread || (configuration && text === undefined))
    report.skip(path, `the attribute "${name}" has a type that is not read`);
  if (text === undefined) return;
  if (configuration) {
    report.attempt(name, () => {
      const { value, duplicates } = parseJson(new TextEncoder().encode(text), file.reader);
      for (const { key } of duplicates)
        report.suspicious('json.duplicate-key', `The key "${key}" stands twice in ${name}.`, {
          names: [key],
        });
      checkKerasConfig(value, report, 'hdf5');
    });
  } else {
    if (name === 'keras_version' || name === 'backend') report.metadata(`keras.${name}`, text);
    for (const one of attribute.texts) checkEmbeddedText(report, one, `the attribute "${name}" of ${path}`);
  }
}
