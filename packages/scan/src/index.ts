/** The door of the scanner: a resolver in, an inventory with findings and unknowns out. */

export { gitRevision, withRevision } from './git-revision.ts';
export { type HistoryResult, type Seen, scanHistory } from './history.ts';
export { SCANNER_VERSION } from './registry.ts';
export { archiveResolver } from './resolvers/archive.ts';
export { directoryResolver } from './resolvers/directory.ts';
export type { Commit, HistoryLimits } from './resolvers/git-history.ts';
export { gitTreeResolver } from './resolvers/git-tree.ts';
export { type ImageOptions, imageResolver } from './resolvers/oci-image.ts';
export { type OpenTreeOptions, openTree } from './resolvers/open-tree.ts';
export type { UnpackLimits } from './resolvers/scratch.ts';
export { type ScanOptions, type ScanProgress, type ScanResult, type ScanStats, scan } from './scan.ts';
export type { Resolver, TreeEntry, TreeFile } from './types.ts';
export { readUsageLog, type UsageOptions, type UsageReport, type UsedService } from './usage-logs/index.ts';
