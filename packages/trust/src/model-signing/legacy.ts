/**
 * What release 0.2 of the reference implementation signed: it wrote the payload into a text as Python shows bytes, and began with
 * "DSSEV1". Verified so that old signatures still count; never made.
 */
import { PAYLOAD_TYPE } from '../envelope.ts';

const ESCAPES: Readonly<Record<number, string>> = { 9: '\\t', 10: '\\n', 13: '\\r', 92: '\\\\' };

/** The bytes that release 0.2 signed for a payload. */
export function legacyEncoding(payload: Uint8Array): Buffer {
  return Buffer.from(
    `DSSEV1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.length} ${pythonBytes(payload)}`,
  );
}

/** `repr` of Python bytes: double quotes only where single ones stand inside and double ones do not. */
function pythonBytes(bytes: Uint8Array): string {
  const quote = bytes.includes(39) && !bytes.includes(34) ? '"' : "'";
  let text = `b${quote}`;
  for (const byte of bytes) {
    if (ESCAPES[byte] !== undefined) text += ESCAPES[byte];
    else if (byte === 39 && quote === "'") text += "\\'";
    else if (byte < 32 || byte > 126) text += `\\x${byte.toString(16).padStart(2, '0')}`;
    else text += String.fromCharCode(byte);
  }
  return text + quote;
}
