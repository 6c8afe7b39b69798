/** Every JSON document that is known, in the order in which their names are tried. */
import { lightgbmJson, xgboostJson } from './boosting/json.ts';
import { coremlPackage } from './coreml/package.ts';
import { jsonFormats } from './document.ts';
import { huggingface } from './huggingface/configuration.ts';
import { keras } from './keras/keras.ts';
import { marManifest } from './mar/manifest.ts';
import { skops } from './skops/skops.ts';

export const JSON_FORMATS = jsonFormats([
  skops,
  keras,
  marManifest,
  coremlPackage,
  xgboostJson,
  lightgbmJson,
  huggingface,
]);
