/**
 * Classes that scikit-learn defines, by sub-package: modules have moved inside of these between versions, names have not.
 * Made with `scripts/pickle-names.py` from 1.2, 1.6 and 1.9. An instance without a constructor call is all that a pickle
 * needs of a class written in Python.
 */
import type { Names } from './names.ts';

export const SKLEARN_CLASSES: Names = {
  'sklearn._loss': `
    AbsoluteError ArrayAPILossMixin BaseLink BaseLoss CyHalfMultinomialLoss CyLossFunction
    ExponentialDispersionModel ExponentialLoss GammaDistribution HalfBinomialLoss
    HalfBinomialLossArrayAPI HalfGammaLoss HalfLogitLink HalfMultinomialLoss
    HalfMultinomialLossArrayAPI HalfPoissonLoss HalfPoissonLossArrayAPI HalfSquaredError
    HalfTweedieLoss HalfTweedieLossIdentity HuberLoss IdentityLink Interval
    InverseGaussianDistribution LogLink LogitLink MultinomialLogit NormalDistribution PinballLoss
    PoissonDistribution TweedieDistribution`,
  'sklearn.base': `
    BaseEstimator BiclusterMixin ClassNamePrefixFeaturesOutMixin ClassifierMixin ClusterMixin
    DensityMixin MetaEstimatorMixin MultiOutputMixin OneToOneFeatureMixin OutlierMixin
    RegressorMixin TransformerMixin _UnstableArchMixin`,
  'sklearn.calibration': `
    CalibratedClassifierCV CalibrationDisplay _CalibratedClassifier _SigmoidCalibration
    _TemperatureScaling`,
  'sklearn.cluster': `
    AffinityPropagation AgglomerationTransform AgglomerativeClustering BaseSpectral Birch
    BisectingKMeans DBSCAN FeatureAgglomeration HDBSCAN KMeans MeanShift MiniBatchKMeans OPTICS
    SpectralBiclustering SpectralClustering SpectralCoclustering TreeUnionFind UnionFind
    WeightedEdge _BaseKMeans _BisectingTree _CFNode _CFSubcluster`,
  'sklearn.compose': `
    ColumnTransformer TransformedTargetRegressor _RemainderColsList make_column_selector`,
  'sklearn.covariance': `
    BaseGraphicalLasso EllipticEnvelope EmpiricalCovariance GraphicalLasso GraphicalLassoCV
    LedoitWolf MinCovDet OAS ShrunkCovariance`,
  'sklearn.cross_decomposition': `
    CCA PLSCanonical PLSRegression PLSSVD _PLS`,
  'sklearn.decomposition': `
    DictionaryLearning FactorAnalysis FastICA IncrementalPCA KernelPCA LatentDirichletAllocation
    MiniBatchDictionaryLearning MiniBatchNMF MiniBatchSparsePCA NMF PCA SparseCoder SparsePCA
    TruncatedSVD _BaseNMF _BasePCA _BaseSparseCoding _BaseSparsePCA`,
  'sklearn.discriminant_analysis': `
    DiscriminantAnalysisPredictionMixin LinearDiscriminantAnalysis QuadraticDiscriminantAnalysis`,
  'sklearn.dummy': `
    DummyClassifier DummyRegressor`,
  'sklearn.ensemble': `
    AdaBoostClassifier AdaBoostRegressor BaggingClassifier BaggingRegressor BaseBagging BaseEnsemble
    BaseForest BaseGradientBoosting BaseHistGradientBoosting BaseWeightBoosting BinomialDeviance
    ClassificationLossFunction ExponentialLoss ExtraTreesClassifier ExtraTreesRegressor
    ForestClassifier ForestRegressor GradientBoostingClassifier GradientBoostingRegressor
    HistGradientBoostingClassifier HistGradientBoostingRegressor HistogramBuilder HuberLossFunction
    IsolationForest LeastAbsoluteError LeastSquaresError LossFunction MultinomialDeviance
    QuantileLossFunction RandomForestClassifier RandomForestRegressor RandomTreesEmbedding
    RegressionLossFunction Splitter StackingClassifier StackingRegressor TreeGrower TreeNode
    TreePredictor VerboseReporter VotingClassifier VotingRegressor _BaseHeterogeneousEnsemble
    _BaseStacking _BaseVoting _BinMapper`,
  'sklearn.exceptions': `
    ConvergenceWarning DataConversionWarning DataDimensionalityWarning EfficiencyWarning
    EstimatorCheckFailedWarning FitFailedWarning InconsistentVersionWarning NotFittedError
    PositiveSpectrumWarning SkipTestWarning UndefinedMetricWarning UnsetMetadataPassedError`,
  'sklearn.feature_extraction': `
    CountVectorizer DictVectorizer FeatureHasher HashingVectorizer PatchExtractor TfidfTransformer
    TfidfVectorizer _VectorizerMixin`,
  'sklearn.feature_selection': `
    GenericUnivariateSelect RFE RFECV SelectFdr SelectFpr SelectFromModel SelectFwe SelectKBest
    SelectPercentile SelectorMixin SequentialFeatureSelector VarianceThreshold _BaseFilter`,
  'sklearn.gaussian_process': `
    CompoundKernel ConstantKernel DotProduct ExpSineSquared Exponentiation GaussianProcessClassifier
    GaussianProcessRegressor GenericKernelMixin Hyperparameter Kernel KernelOperator Matern
    NormalizedKernelMixin PairwiseKernel Product RBF RationalQuadratic StationaryKernelMixin Sum
    WhiteKernel _BinaryGaussianProcessClassifierLaplace`,
  'sklearn.impute': `
    IterativeImputer KNNImputer MissingIndicator SimpleImputer _BaseImputer`,
  'sklearn.isotonic': `
    IsotonicRegression`,
  'sklearn.kernel_approximation': `
    AdditiveChi2Sampler Nystroem PolynomialCountSketch RBFSampler SkewedChi2Sampler`,
  'sklearn.kernel_ridge': `
    KernelRidge`,
  'sklearn.linear_model': `
    ARDRegression BaseSGD BaseSGDClassifier BaseSGDRegressor BayesianRidge Classification ElasticNet
    ElasticNetCV EpsilonInsensitive GammaRegressor Hinge HuberRegressor Lars LarsCV Lasso LassoCV
    LassoLars LassoLarsCV LassoLarsIC LinearClassifierMixin LinearModel LinearModelCV
    LinearModelLoss LinearRegression LogisticRegression LogisticRegressionCV ModifiedHuber
    MultiOutputLinearModel MultiTaskElasticNet MultiTaskElasticNetCV MultiTaskLasso MultiTaskLassoCV
    NewtonCholeskySolver NewtonSolver OrthogonalMatchingPursuit OrthogonalMatchingPursuitCV
    PassiveAggressiveClassifier PassiveAggressiveRegressor Perceptron PoissonRegressor
    QuantileRegressor RANSACRegressor Regression Ridge RidgeCV RidgeClassifier RidgeClassifierCV
    SGDClassifier SGDOneClassSVM SGDRegressor SparseCoefMixin SquaredEpsilonInsensitive SquaredHinge
    TheilSenRegressor TweedieRegressor _BaseRidge _BaseRidgeCV _GeneralizedLinearRegressor
    _IdentityClassifier _IdentityRegressor _LbfgsCallbackBridge _RidgeClassifierMixin _RidgeGCV
    _ValidationScoreCallback _XT_CenterStackOp _X_CenterStackOp`,
  'sklearn.manifold': `
    ClassicalMDS Isomap LocallyLinearEmbedding MDS SpectralEmbedding TSNE`,
  'sklearn.metrics': `
    ArgKmin ArgKminClassMode BaseDistancesReduction BaseDistancesReductionDispatcher
    BrayCurtisDistance CanberraDistance ChebyshevDistance ConfusionMatrixDisplay DatasetsPair
    DenseDenseDatasetsPair DenseDenseMiddleTermComputer DenseSparseDatasetsPair DetCurveDisplay
    DiceDistance DistanceMetric EuclideanArgKmin EuclideanDistance EuclideanRadiusNeighbors
    HammingDistance HaversineDistance JaccardDistance KulsinskiDistance MahalanobisDistance
    ManhattanDistance MatchingDistance MiddleTermComputer MinkowskiDistance PrecisionRecallDisplay
    PredictionErrorDisplay PyFuncDistance RadiusNeighbors RadiusNeighborsClassMode RocCurveDisplay
    RogersTanimotoDistance RussellRaoDistance SEuclideanDistance SokalMichenerDistance
    SokalSneathDistance SparseDenseDatasetsPair SparseDenseMiddleTermComputer
    SparseSparseDatasetsPair SparseSparseMiddleTermComputer _BaseScorer _CurveScorer
    _DeprecatedScorers _MultimetricScorer _PassthroughScorer _PredictScorer _ProbaScorer _Scorer
    _ThresholdScorer`,
  'sklearn.mixture': `
    BaseMixture BayesianGaussianMixture GaussianMixture`,
  'sklearn.model_selection': `
    BaseCrossValidator BaseSearchCV BaseShuffleSplit BaseSuccessiveHalving BaseThresholdClassifier
    FixedThresholdClassifier GridSearchCV GroupKFold GroupShuffleSplit GroupsConsumerMixin
    HalvingGridSearchCV HalvingRandomSearchCV KFold LearningCurveDisplay LeaveOneGroupOut
    LeaveOneOut LeavePGroupsOut LeavePOut ParameterGrid ParameterSampler PredefinedSplit
    RandomizedSearchCV RepeatedKFold RepeatedStratifiedKFold ShuffleSplit StratifiedGroupKFold
    StratifiedKFold StratifiedShuffleSplit TimeSeriesSplit TunedThresholdClassifierCV
    ValidationCurveDisplay _BaseCurveDisplay _BaseKFold _CVIterableWrapper _RepeatedSplits
    _SubsampleMetaSplitter _UnsupportedGroupCVMixin`,
  'sklearn.multiclass': `
    OneVsOneClassifier OneVsRestClassifier OutputCodeClassifier _ConstantPredictor`,
  'sklearn.multioutput': `
    ClassifierChain MultiOutputClassifier MultiOutputRegressor RegressorChain _BaseChain
    _MultiOutputEstimator`,
  'sklearn.naive_bayes': `
    BernoulliNB CategoricalNB ComplementNB GaussianNB MultinomialNB _BaseDiscreteNB _BaseNB`,
  'sklearn.neighbors': `
    BallTree DistanceMetric KDTree KNeighborsClassifier KNeighborsMixin KNeighborsRegressor
    KNeighborsTransformer KernelDensity LocalOutlierFactor NearestCentroid NearestNeighbors
    NeighborhoodComponentsAnalysis NeighborsBase RadiusNeighborsClassifier RadiusNeighborsMixin
    RadiusNeighborsRegressor RadiusNeighborsTransformer _QuadTree`,
  'sklearn.neural_network': `
    AdamOptimizer BaseMultilayerPerceptron BaseOptimizer BernoulliRBM MLPClassifier MLPRegressor
    SGDOptimizer`,
  'sklearn.pipeline': `
    FeatureUnion Pipeline`,
  'sklearn.preprocessing': `
    Binarizer FunctionTransformer KBinsDiscretizer KernelCenterer LabelBinarizer LabelEncoder
    MaxAbsScaler MinMaxScaler MultiLabelBinarizer Normalizer OneHotEncoder OrdinalEncoder
    PolynomialFeatures PowerTransformer QuantileTransformer RobustScaler SplineTransformer
    StandardScaler TargetEncoder _BaseEncoder`,
  'sklearn.random_projection': `
    BaseRandomProjection GaussianRandomProjection SparseRandomProjection`,
  'sklearn.semi_supervised': `
    BaseLabelPropagation LabelPropagation LabelSpreading SelfTrainingClassifier`,
  'sklearn.svm': `
    BaseLibSVM BaseSVC LinearSVC LinearSVR NuSVC NuSVR OneClassSVM SVC SVR`,
  'sklearn.tree': `
    BaseDecisionTree BestFirstTreeBuilder BestSparseSplitter BestSplitter ClassificationCriterion
    Criterion DecisionTreeClassifier DecisionTreeRegressor DensePartitioner DepthFirstTreeBuilder
    DrawTree Entropy ExtraTreeClassifier ExtraTreeRegressor FriedmanMSE Gini MAE MSE Poisson
    PytestWeightedFenwickTree RandomSparseSplitter RandomSplitter RegressionCriterion Sentinel
    SparsePartitioner Splitter Tree TreeBuilder WeightedFenwickTree WeightedMedianCalculator
    WeightedPQueue _AlphaPruner _BaseTreeExporter _CCPPruneController _DOTTreeExporter
    _MPLTreeExporter _PathFinder`,
  'sklearn.utils': `
    Bunch`,
};

const DISTANCES =
  `Euclidean SEuclidean Manhattan Chebyshev Minkowski Mahalanobis Hamming Canberra BrayCurtis Jaccard
  Matching Dice Kulsinski RogersTanimoto RussellRao SokalMichener SokalSneath Haversine WMinkowski`
    .split(/\s+/)
    .flatMap((name) => [`${name}Distance`, `${name}Distance64`, `${name}Distance32`])
    .join(' ');

/** Classes in C, whose pickles call them, and functions that make an empty instance of the class they are given. */
export const SKLEARN_CALLS: Names = {
  'sklearn.tree': 'Tree',
  'sklearn.neighbors': `newObj BallTree KDTree BinaryTree DistanceMetric BallTree64 BallTree32 KDTree64 KDTree32
    BinaryTree64 BinaryTree32 ${DISTANCES}`,
  'sklearn.metrics': `newObj DistanceMetric DistanceMetric64 DistanceMetric32 ${DISTANCES}`,
  'sklearn.linear_model': `Hinge SquaredHinge Log Classification Regression SquaredLoss Huber EpsilonInsensitive
    SquaredEpsilonInsensitive ModifiedHuber`,
  'sklearn.ensemble': `TreePredictor TreeGrower PREDICTOR_RECORD_DTYPE LeastSquaresError LeastAbsoluteError
    BinomialDeviance MultinomialDeviance ExponentialLoss ZeroEstimator`,
  'sklearn.utils': 'Bunch',
  'sklearn._loss': `CyHalfSquaredError CyAbsoluteError CyPinballLoss CyHuberLoss CyHalfPoissonLoss CyHalfGammaLoss
    CyHalfTweedieLoss CyHalfTweedieLossIdentity CyHalfBinomialLoss CyHalfMultinomialLoss CyExponentialLoss`,
};

/** Functions that estimators hold and call later, on data. */
export const SKLEARN_VALUES: Names = {
  'sklearn.feature_selection': `f_classif f_regression f_oneway chi2 r_regression mutual_info_classif
    mutual_info_regression`,
  'sklearn.cluster': '_kmeans_single_lloyd _kmeans_single_elkan',
  'sklearn.metrics': `_passthrough_scorer accuracy_score balanced_accuracy_score f1_score fbeta_score precision_score
    recall_score jaccard_score roc_auc_score average_precision_score log_loss brier_score_loss hinge_loss zero_one_loss
    matthews_corrcoef cohen_kappa_score r2_score explained_variance_score max_error mean_squared_error
    root_mean_squared_error mean_absolute_error median_absolute_error mean_squared_log_error
    mean_absolute_percentage_error mean_poisson_deviance mean_gamma_deviance mean_tweedie_deviance d2_absolute_error_score
    silhouette_score rbf_kernel linear_kernel polynomial_kernel sigmoid_kernel laplacian_kernel cosine_similarity
    euclidean_distances manhattan_distances cosine_distances`,
  'sklearn.preprocessing': 'scale normalize binarize',
};
