/**
 * XGBoost, LightGBM and joblib. A booster is made empty and filled with its state: its constructor could be told to
 * read a file, so calling it is not admitted.
 */
import type { Names } from './names.ts';

export const BOOSTING_CLASSES: Names = {
  'xgboost.core': 'Booster',
  'xgboost.sklearn': 'XGBClassifier XGBModel XGBRFClassifier XGBRFRegressor XGBRanker XGBRegressor',
  'xgboost.compat': 'XGBoostLabelEncoder',
  'xgboost.callback': 'EarlyStopping EvaluationMonitor LearningRateScheduler',
  'lightgbm.basic': 'Booster',
  'lightgbm.sklearn': 'LGBMClassifier LGBMModel LGBMRanker LGBMRegressor _LGBMLabelEncoder',
  'joblib.numpy_pickle': 'NumpyArrayWrapper',
  'sklearn.externals.joblib.numpy_pickle': 'NumpyArrayWrapper',
};

/** joblib before 0.10: arrays lie in files beside the pickle, which are inspected as files of their own. */
export const OLD_JOBLIB: Names = {
  'joblib.numpy_pickle': 'NDArrayWrapper ZNDArrayWrapper',
  'joblib.numpy_pickle_compat': 'NDArrayWrapper ZNDArrayWrapper',
  'sklearn.externals.joblib.numpy_pickle': 'NDArrayWrapper ZNDArrayWrapper',
};
