/** Boosted trees as JSON: XGBoost's models and LightGBM's dumps. They hold numbers and names. */
import { everyValue, type Json, stringAt } from '../../bytes/json.ts';
import type { Report } from '../../bytes/report.ts';
import type { JsonDocument } from '../document.ts';
import { checkEmbeddedText } from '../embedded.ts';

export const xgboostJson: JsonDocument = {
  keys: ['learner', 'gradient_booster'],
  name: 'xgboost/json',
  matches: (text) =>
    /^\s*\{\s*"(learner|version|Model|Config)"/.test(text) &&
    /"(gradient_booster|learner_model_param|learner_train_param|objective)"/.test(text),
  check(value, report) {
    checkTexts(value, report);
    const objective = stringAt(value, 'learner', 'objective', 'name');
    const booster = stringAt(value, 'learner', 'gradient_booster', 'name');
    report.capability({
      architecture: `xgboost ${booster ?? ''}`.trim(),
      inputs: ['tabular'],
      outputs: ['tabular'],
    });
    if (objective !== undefined) report.metadata('xgboost.objective', objective);
  },
};

export const lightgbmJson: JsonDocument = {
  keys: ['max_feature_idx'],
  name: 'lightgbm/json',
  matches: (text) => /"name"\s*:\s*"tree"/.test(text) && /"(num_class|tree_info|max_feature_idx)"/.test(text),
  check(value, report) {
    checkTexts(value, report);
    report.capability({ architecture: 'lightgbm', inputs: ['tabular'], outputs: ['tabular'] });
  },
};

function checkTexts(value: Json, report: Report): void {
  for (const { value: text, path } of everyValue(value))
    if (typeof text === 'string') checkEmbeddedText(report, text, path);
}
