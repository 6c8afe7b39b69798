/** TorchServe's model archives: `MAR-INF/MANIFEST.json` names the Python that handles requests. */
import { at, stringAt } from '../../bytes/json.ts';
import type { JsonDocument } from '../document.ts';
import { escapes } from '../embedded.ts';

const OWN_HANDLERS = new Set([
  'image_classifier',
  'text_classifier',
  'object_detector',
  'image_segmenter',
  'dali_image_classifier',
]);

export const marManifest: JsonDocument = {
  keys: ['handler', 'serializedFile', 'requirementsFile'],
  name: 'mar/manifest',
  matches: (text, path) =>
    path.endsWith('MAR-INF/MANIFEST.json') ||
    (/"handler"\s*:/.test(text) &&
      /"(archiverVersion|modelServerVersion|createdOn|serializedFile)"\s*:/.test(text)),
  check(value, report) {
    const model = at(value, 'model') ?? null;
    const handler = stringAt(model, 'handler');
    if (handler !== undefined && !OWN_HANDLERS.has(handler))
      report.suspicious('mar.handler', `The server runs "${handler}" of the archive for each request.`, {
        names: [handler],
      });
    const requirements = stringAt(model, 'requirementsFile');
    if (requirements !== undefined)
      report.suspicious(
        'mar.requirements',
        `The server installs the packages of "${requirements}" when it loads the model.`,
        {
          names: [requirements],
          severity: 'high',
        },
      );
    for (const key of [
      'serializedFile',
      'modelFile',
      'handler',
      'requirementsFile',
      'configFile',
      'extraFiles',
    ]) {
      const file = stringAt(model, key);
      const why = file === undefined ? undefined : escapes(file);
      if (file !== undefined && why !== undefined)
        report.unsafe('mar.file-traversal', `The manifest names "${file}" as ${key}, which ${why}.`, {
          names: [file],
        });
    }
    const name = stringAt(model, 'modelName');
    if (name !== undefined) report.metadata('mar.model', name);
  },
};
