/** What an authenticator app shows (RFC 6238), computed apart from the library that checks it. */
import { createHmac } from 'node:crypto';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Steps of 30 seconds since 1970. */
export function stepNow(): number {
  return Math.floor(Date.now() / 30_000);
}

/** @param key in base32 */
export function codeOf(key: string, step: number): string {
  const bits = [...key.replace(/=+$/, '')].map((char) => BASE32.indexOf(char).toString(2).padStart(5, '0'));
  const bytes = bits.join('').match(/.{8}/g) ?? [];
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const secret = Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** The key within an `otpauth:` address. */
export function keyOf(uri: string): string {
  return new URL(uri).searchParams.get('secret') ?? '';
}
