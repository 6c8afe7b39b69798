/** How passwords are kept: scrypt, with the parameters that OWASP asks for (ASVS 5.0, appendix C), said beside each hash. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { verifyPassword as verifyOfLibrary } from 'better-auth/crypto';

const [COST, BLOCK, PARALLEL] = [15, 8, 3];
const KEPT = new RegExp(`^scrypt:${COST}:${BLOCK}:${PARALLEL}:([\\w-]{22}):([\\w-]{43})$`);

function derive(password: string, salt: Buffer): Promise<Buffer> {
  const cost = 2 ** COST;
  const options = { N: cost, r: BLOCK, p: PARALLEL, maxmem: 256 * cost * BLOCK };
  return new Promise((resolve, reject) =>
    scrypt(password.normalize('NFKC'), salt, 32, options, (error, key) =>
      error ? reject(error) : resolve(key),
    ),
  );
}

/** @returns parameters, salt and hash */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt);
  return ['scrypt', COST, BLOCK, PARALLEL, salt.toString('base64url'), key.toString('base64url')].join(':');
}

/** Also opens what the sign-in library hashed by itself. */
export async function verifyPassword({
  hash,
  password,
}: {
  hash: string;
  password: string;
}): Promise<boolean> {
  const [, salt, key] = KEPT.exec(hash) ?? [];
  if (salt !== undefined && key !== undefined)
    return timingSafeEqual(
      await derive(password, Buffer.from(salt, 'base64url')),
      Buffer.from(key, 'base64url'),
    );
  return !hash.startsWith('scrypt:') && verifyOfLibrary({ hash, password });
}
