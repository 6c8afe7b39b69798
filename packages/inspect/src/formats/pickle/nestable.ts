/** Content that may be a pickle again: PROTO, or PROTO in base64 or in hexadecimal digits. */
export function nestable(buf: Uint8Array, at: number): boolean {
  const first = buf[at];
  const second = buf[at + 1] ?? 255;
  return (
    (first === 0x80 && second < 6) ||
    (first === 0x67 && second === 0x41) ||
    (first === 0x38 && second === 0x30)
  );
}
