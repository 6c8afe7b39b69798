// @ts-check
/** BLAKE3 from WebAssembly. Import this module on demand; as a module of its own it is bundled with its names. */
export { createBLAKE3 } from 'hash-wasm';
