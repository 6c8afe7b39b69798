/** The version that a component of this system gives itself in its manifest. */
import { ResultBuilder } from '../../builder.ts';
import { asTable, asText, parseDocuments, parseJson } from '../../data-file.ts';
import { nameOf } from '../../paths.ts';
import { emptyResult, type Scanner } from '../../types.ts';

/** Versions that generators write and nobody chose. */
const UNSET = /^0\.0\.0(?:-|$)/;

export const ownVersion: Scanner = {
  name: 'own-version',
  wants: (path) =>
    !path.includes('node_modules/') &&
    /^(?:package\.json|pyproject\.toml|setup\.cfg|setup\.py)$/.test(nameOf(path)),
  prefilter: (text) => text.includes('version'),
  scan(file) {
    if (file.text === undefined) return emptyResult();
    const out = new ResultBuilder('own-version', file.path);
    const version = declared(nameOf(file.path), file.text);
    if (version !== undefined && /^v?\d[\w.+!-]{0,60}$/.test(version) && !UNSET.test(version))
      out.own({}, undefined, version);
    return out.result;
  },
};

/** Broken manifests are reported by the dependencies scanner. */
function declared(name: string, text: string): string | undefined {
  try {
    switch (name) {
      case 'package.json':
        return asText(asTable(parseJson(text)).version);
      case 'pyproject.toml': {
        const manifest = asTable(parseDocuments(text, '.toml')[0]);
        return (
          asText(asTable(manifest.project).version) ?? asText(asTable(asTable(manifest.tool).poetry).version)
        );
      }
      case 'setup.cfg':
        return /^\s*version\s*=\s*(\d\S*)\s*$/m.exec(text)?.[1];
      default:
        return /\bversion\s*=\s*["'](\d[^"'\n]*)["']/.exec(text)?.[1];
    }
  } catch {
    return undefined;
  }
}
