/** `Manifest.json` of an `.mlpackage`: which files make up the model. */
import { everyValue, stringAt } from '../../bytes/json.ts';
import type { JsonDocument } from '../document.ts';
import { escapes } from '../embedded.ts';

export const coremlPackage: JsonDocument = {
  keys: ['itemInfoEntries'],
  name: 'coreml/package',
  matches: (text) => /"itemInfoEntries"\s*:/.test(text) && /"rootModelIdentifier"\s*:/.test(text),
  check(value, report) {
    for (const { value: entry } of everyValue(value)) {
      const path = stringAt(entry, 'path');
      const why = path === undefined ? undefined : escapes(path);
      if (path !== undefined && why !== undefined)
        report.unsafe('coreml.package-traversal', `The package takes "${path}", which ${why}.`, {
          names: [path],
        });
    }
  },
};
