/** Every format, in the order in which they are asked. Adding one is a folder in `formats/` and a line here. */
import { pickle, pickleWithoutMagic } from './formats/pickle/index.ts';
import type { Format } from './types.ts';

export const FORMATS: readonly Format[] = [pickle, pickleWithoutMagic];
