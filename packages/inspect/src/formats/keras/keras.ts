/** Configurations of Keras as JSON: `config.json` in a `.keras` file, or what `model.to_json()` wrote. */
import type { JsonDocument } from '../document.ts';
import { checkKerasConfig } from './config.ts';

export const keras: JsonDocument = {
  keys: ['class_name'],
  name: 'keras/config',
  matches: (text) => /"class_name"\s*:/.test(text) && /"config"\s*:/.test(text),
  check: (value, report) => checkKerasConfig(value, report, 'keras'),
};
