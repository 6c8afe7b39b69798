/** Configurations of Keras as JSON: `config.json` in a `.keras` file, or what `model.to_json()` wrote. */
import { readJson } from '../../bytes/json.ts';
import { headText, Reader } from '../../bytes/reader.ts';
import { Report } from '../../bytes/report.ts';
import type { Format } from '../../types.ts';
import { checkKerasConfig } from './config.ts';

export const keras: Format = {
  name: 'keras/config',
  lastResort: true,
  recognises(head) {
    const text = headText(head, 65_536).trimStart();
    return text.startsWith('{') && /"class_name"\s*:/.test(text) && /"config"\s*:/.test(text);
  },
  inspect(source, inspection) {
    const report = new Report(source.size);
    report.attempt('configuration', () => {
      const { value, duplicates } = readJson(new Reader(source, inspection));
      for (const { key, offset } of duplicates)
        report.suspicious(
          'keras.duplicate-key',
          `The key "${key}" stands twice, so that readers see different layers.`,
          {
            offset,
            names: [key],
          },
        );
      checkKerasConfig(value, report, 'keras');
    });
    return report.result();
  },
};
