import { describe, expect, it } from 'vitest';
import { formatCheckpoint, openCheckpoint, parseCheckpoint, signCheckpoint } from './checkpoint.ts';
import { digestOf, sha256 } from './digest.ts';
import { EMPTY_ROOT } from './merkle/hash.ts';
import { openNote, signNote } from './note.ts';
import { createKey, parseVerifier } from './signer.ts';

/** From the documentation of golang.org/x/mod/sumdb/note. */
const PETER = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const TEXT =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const NOTE = `${TEXT}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;
const code = (name: string) => expect.objectContaining({ code: name });
const { signer } = createKey('log.example');
const origin = 'log.example';

describe('signed notes', () => {
  it("open Go's example", () => {
    expect(openNote(NOTE, [PETER])).toEqual({
      text: TEXT,
      signedBy: [{ keyId: parseVerifier(PETER).keyId, name: 'PeterNeumann' }],
    });
  });

  it('open what was signed, and pass over signatures of unknown keys', async () => {
    const note = await signNote('hello\n', createKey('other').signer, signer);
    expect(openNote(note, [signer.publicKey]).signedBy).toEqual([
      { keyId: signer.keyId, name: 'log.example' },
    ]);
  });

  it.each([
    ['another text', NOTE.replace('answer', 'anwser'), 'NOTE_UNVERIFIED'],
    ['another signature', NOTE.replace('/ZJkuBS9', '/ZJkuBS8'), 'NOTE_UNVERIFIED'],
    ['no signature', `${TEXT}\n`, 'NOTE_INVALID'],
    ['no blank line', TEXT, 'NOTE_INVALID'],
    ['a cut last line', NOTE.slice(0, -1), 'NOTE_INVALID'],
    ['a control character', NOTE.replace('you', 'y\u0007u'), 'NOTE_INVALID'],
    ['a wrong dash', NOTE.replace('—', '-'), 'NOTE_INVALID'],
  ])('refuse %s', (_, note, expected) => {
    expect(() => openNote(note, [PETER])).toThrow(code(expected));
  });

  it('need a known key', () => {
    expect(() => openNote(NOTE, [signer.publicKey])).toThrow(code('NOTE_UNVERIFIED'));
    expect(() => parseVerifier(PETER.replace('PeterN', 'PeterM'))).toThrow(code('KEY_INVALID'));
    expect(() => parseVerifier('x')).toThrow(code('KEY_INVALID'));
    expect(() => createKey('with space')).toThrow(code('KEY_INVALID'));
  });
});

describe('checkpoints', () => {
  it('have the three lines of tlog-checkpoint', () => {
    const root = sha256('root');
    const text = formatCheckpoint({ origin, size: 7, root });
    expect(text).toBe(`log.example\n7\n${Buffer.from(root.slice(7), 'hex').toString('base64')}\n`);
    expect(parseCheckpoint(`${text}extension\n`)).toEqual({ origin, size: 7, root });
  });

  it('open when signed', async () => {
    const empty = { origin, size: 0, root: digestOf(EMPTY_ROOT) };
    expect(openCheckpoint(await signCheckpoint(empty, signer), [signer.publicKey])).toMatchObject(empty);
  });

  it.each([
    '\n1\nAA==\n',
    'o\n01\nAA==\n',
    'o\n-1\nAA==\n',
    'o\n1\nAA==\n',
    `o\n0\n${'A'.repeat(43)}=\n`,
    'o\n',
  ])('refuse %j', (text) => {
    expect(() => parseCheckpoint(text)).toThrow(code('CHECKPOINT_INVALID'));
  });

  it('are not made with a bad origin or size', () => {
    expect(() => formatCheckpoint({ origin: 'a\nb', size: 1, root: sha256('') })).toThrow(
      code('CHECKPOINT_INVALID'),
    );
    expect(() => formatCheckpoint({ origin, size: 1.5, root: sha256('') })).toThrow(
      code('CHECKPOINT_INVALID'),
    );
  });
});
