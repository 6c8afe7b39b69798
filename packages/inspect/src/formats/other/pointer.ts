/** What stands in a repository for a file that is kept elsewhere. */
import { headText } from '../../bytes/reader.ts';
import { Report } from '../../bytes/report.ts';
import type { Format } from '../../types.ts';

function pointer(name: string, pattern: RegExp, why: string): Format {
  return {
    name,
    recognises: (head) => pattern.test(headText(head, 256)),
    inspect(source) {
      const report = new Report(source.size);
      report.skip(source.path, why);
      return report.result();
    },
  };
}

/** Source: the pointer files of Git LFS, v1; git-annex, "pointer file". */
export const POINTERS: readonly Format[] = [
  pointer(
    'git-lfs',
    /^\ufeff?version https:\/\/(?:git-lfs|hawser)\.github\.com\/spec\//,
    'LFS pointer: the model is not here; run git lfs pull',
  ),
  pointer(
    'git-annex',
    /^\/annex\/objects\/\S+\r?\n?$/,
    'git-annex pointer: the model is not here; run git annex get',
  ),
];
