/** What paths tell: tests, data directories, file names. */

/** Tests and fixtures: what they name is no part of the running system. */
export function isTestPath(path: string): boolean {
  if (last.path !== path) last = { path, answer: decide(path) };
  return last.answer;
}

/** Every scanner asks about the same path in turn. */
let last = { path: '', answer: false };

function decide(path: string): boolean {
  return (
    /(?:^|\/)(?:tests?|__tests__|__mocks__|fixtures?|testdata|e2e|spec|snapshots?|__snapshots__|cassettes)\//i.test(
      path,
    ) ||
    /(?:\.|_|-)(?:test|tests|spec|stories)\.[cm]?[jt]sx?$/.test(path) ||
    /(?:^|\/)(?:test_[^/]*|[^/]*_test|conftest)\.py$/.test(path)
  );
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Lower-case extension with its dot, '' where there is none. */
export function extensionOf(path: string): string {
  if (lastExtension.path !== path) lastExtension = { path, extension: readExtension(path) };
  return lastExtension.extension;
}

let lastExtension = { path: '', extension: '' };

function readExtension(path: string): string {
  const name = nameOf(path);
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? '' : name.slice(dot).toLowerCase();
}

/** 1-based line of a character offset. Cheap for offsets that grow, as those of one file mostly do. */
export function lineAt(text: string, offset: number): number {
  if (place.text !== text || offset < place.offset) place = { text, offset: 0, line: 1 };
  let { line } = place;
  for (let at = text.indexOf('\n', place.offset); at >= 0 && at < offset; at = text.indexOf('\n', at + 1))
    line += 1;
  place = { text, offset: Math.max(0, offset), line };
  return line;
}

let place = { text: '', offset: 0, line: 1 };
