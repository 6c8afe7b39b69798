/** Reading small files whole, without waiting for pipes and without reading the end of the world. */
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { CustosError } from '@custos/core';

/**
 * @param most bytes
 * @param code of the error
 * @throws CustosError for what can not be read, is no regular file, or is larger
 */
export function readRegularFile(path: string, most: number, code: 'SIGNATURE_FILE' | 'INPUT_PATH'): Buffer {
  const hint = code === 'SIGNATURE_FILE' ? ' Name the signature with --signature FILE.' : ' Check the path.';
  let fd: number | undefined;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw new CustosError(code, `${path} is no file.${hint}`);
    if (stat.size > most)
      throw new CustosError(code, `${path} has ${stat.size} bytes, more than it may have (${most}).${hint}`);
    return readFileSync(fd);
  } catch (cause) {
    if (cause instanceof CustosError) throw cause;
    throw new CustosError(code, `${path} can't be read.${hint}`, { cause });
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
