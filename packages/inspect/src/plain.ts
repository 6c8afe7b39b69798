/** Content that no model loader executes: text, and pictures and sounds that lie beside models. */

const MEDIA: readonly (readonly number[])[] = [
  [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], // PNG
  [0xff, 0xd8, 0xff], // JPEG
  [0x47, 0x49, 0x46, 0x38], // GIF
];

/** `text`, `media` or undefined for anything else. Empty content is text. */
export function plainKind(head: Uint8Array): 'text' | 'media' | undefined {
  if (MEDIA.some((magic) => magic.every((byte, index) => head[index] === byte))) return 'media';
  return isText(head) ? 'text' : undefined;
}

function isText(head: Uint8Array): boolean {
  for (const byte of head) if (byte < 9 || (byte > 13 && byte < 32 && byte !== 27)) return false;
  try {
    // A character that the end of the head cuts in two is no fault.
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}
