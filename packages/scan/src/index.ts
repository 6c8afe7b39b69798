/** The door of the scanner: a resolver in, an inventory with findings and unknowns out. */

export { SCANNER_VERSION } from './registry.ts';
export { directoryResolver } from './resolvers/directory.ts';
export { gitTreeResolver } from './resolvers/git-tree.ts';
export { type ScanOptions, type ScanProgress, type ScanResult, type ScanStats, scan } from './scan.ts';
export type { Resolver, TreeEntry, TreeFile } from './types.ts';
