/** Names and links of archive members that lead out of the folder into which an archive is unpacked. */
import type { Report } from '../../bytes/report.ts';

/** Whether unpacking this name would write outside: absolute, with a drive, or up beyond the top. */
export function leavesFolder(name: string): boolean {
  const path = name.replaceAll('\\', '/');
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return true;
  let depth = 0;
  for (const part of path.split('/')) {
    if (part === '..') depth--;
    else if (part !== '' && part !== '.') depth++;
    if (depth < 0) return true;
  }
  return false;
}

export function checkName(name: string, report: Report): void {
  if (leavesFolder(name))
    report.unsafe('archive.path-traversal', `Unpacking "${name}" would write outside of the folder.`, {
      names: [name],
    });
  else if (name.includes('\0'))
    report.suspicious('archive.name-with-zero', `The name "${name}" is cut at a zero byte by some readers.`, {
      names: [name],
    });
}

/** @param link where it points, relative to the folder of `name` */
export function checkLink(name: string, link: string, report: Report): void {
  const folder = name.includes('/') ? name.slice(0, name.lastIndexOf('/') + 1) : '';
  const target = link.startsWith('/') ? link : folder + link;
  if (leavesFolder(target))
    report.unsafe('archive.link-outside', `"${name}" is a link to "${link}", outside of the folder.`, {
      names: [name, link],
    });
}
