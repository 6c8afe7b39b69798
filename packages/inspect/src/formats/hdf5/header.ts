/** Object headers: the rows of messages that make a group, a dataset or a type. */
import { Malformed } from '../../bytes/malformed.ts';
import type { Hdf5File } from './file.ts';

export interface Message {
  readonly type: number;
  readonly flags: number;
  readonly start: number;
  readonly end: number;
}

const CONTINUATION = 0x10;
const MOST_MESSAGES = 65_536;
const MOST_BLOCKS = 4096;

export function messagesOf(file: Hdf5File, address: number): Message[] {
  const { reader } = file;
  reader.seek(address);
  return reader.u8() === 1 ? oldMessages(file, address) : newMessages(file, address);
}

/** Version 1: two bytes of type, two of size, flags, padding. */
function oldMessages(file: Hdf5File, address: number): Message[] {
  const { reader } = file;
  reader.seek(address + 2);
  reader.u16();
  reader.skip(4);
  const size = reader.u32();
  // The prefix is padded to eight bytes.
  const blocks = [{ start: address + 16, end: address + 16 + size }];
  return collect(file, blocks, (start, end) => {
    reader.seek(start);
    if (end - start < 8) return undefined;
    const type = reader.u16();
    const length = reader.u16();
    const flags = reader.u8();
    return { type, flags, start: start + 8, end: start + 8 + length };
  });
}

/** Version 2: "OHDR", one byte of type, two of size, flags, perhaps an order of creation. */
function newMessages(file: Hdf5File, address: number): Message[] {
  const { reader } = file;
  file.expectMagic('OHDR', address);
  if (reader.u8() !== 2) throw new Malformed('an object header of another version than 1 and 2', address);
  const flags = reader.u8();
  if ((flags & 0x20) !== 0) reader.skip(16);
  if ((flags & 0x10) !== 0) reader.skip(4);
  const size = file.sized(1 << (flags & 3));
  const ordered = (flags & 0x04) !== 0;
  const head = ordered ? 6 : 4;
  const blocks = [{ start: reader.offset, end: reader.offset + size }];
  return collect(
    file,
    blocks,
    (start, end) => {
      // A gap at the end is too small for a message.
      if (end - start < head) return undefined;
      reader.seek(start);
      const type = reader.u8();
      const length = reader.u16();
      const messageFlags = reader.u8();
      return { type, flags: messageFlags, start: start + head, end: start + head + length };
    },
    // Continuation blocks have a signature in front and a checksum behind.
    { before: 4, after: 4 },
  );
}

interface Block {
  readonly start: number;
  readonly end: number;
}

function collect(
  file: Hdf5File,
  blocks: Block[],
  next: (start: number, end: number) => Message | undefined,
  frame = { before: 0, after: 0 },
): Message[] {
  const messages: Message[] = [];
  for (let index = 0; index < blocks.length; index += 1) {
    const block = blocks[index];
    if (block === undefined) break;
    if (blocks.length > MOST_BLOCKS)
      throw new Malformed(`more than ${MOST_BLOCKS} header blocks`, block.start);
    for (let at = block.start; at < block.end; ) {
      file.reader.tick();
      const message = next(at, block.end);
      if (message === undefined) break;
      if (message.end > block.end) throw new Malformed('a header message crosses the end of its block', at);
      at = message.end;
      if (message.type === CONTINUATION) {
        file.reader.seek(message.start);
        const start = file.address();
        const length = file.length();
        if (start !== undefined && file.first('block', start))
          blocks.push({ start: start + frame.before, end: start + length - frame.after });
        continue;
      }
      messages.push(message);
      if (messages.length > MOST_MESSAGES)
        throw new Malformed(`more than ${MOST_MESSAGES} header messages`, at);
    }
  }
  return messages;
}
