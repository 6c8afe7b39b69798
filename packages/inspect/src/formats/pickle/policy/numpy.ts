/** NumPy, SciPy and pandas: what their objects name in a pickle. `numpy._core` is read as `numpy.core`. */
import type { Names } from './names.ts';

export const NUMPY_CALLS: Names = {
  numpy: `ndarray matrix recarray record chararray bool_ bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 intc
    intp uintc uintp longlong ulonglong long ulong float16 float32 float64 longdouble complex64 complex128
    clongdouble str_ bytes_ void object_ datetime64 timedelta64 float_ int_ uint complex_ unicode_ string_ poly1d`,
  'numpy.core.multiarray': '_reconstruct scalar',
  'numpy.core.numeric': '_frombuffer',
  'numpy.core.records': 'recarray record',
  'numpy.core.defchararray': 'chararray',
  'numpy.rec': 'recarray record',
  'numpy.ma': 'MaskedArray',
  'numpy.ma.core': '_mareconstruct MaskedArray _mvoid_reconstruct mvoid MaskedConstant',
  'numpy.matrixlib.defmatrix': 'matrix',
  'numpy.lib.polynomial': 'poly1d',
  'numpy.random._pickle': '__randomstate_ctor __generator_ctor __bit_generator_ctor',
  'numpy.random':
    '__RandomState_ctor RandomState Generator PCG64 PCG64DXSM MT19937 Philox SFC64 SeedSequence',
  'numpy.random.mtrand': '__randomstate_ctor RandomState',
  'numpy.random._mt19937': 'MT19937',
  'numpy.random._pcg64': 'PCG64 PCG64DXSM',
  'numpy.random._philox': 'Philox',
  'numpy.random._sfc64': 'SFC64',
  'numpy.random._generator': 'Generator',
  'numpy.random.bit_generator': 'SeedSequence __pyx_unpickle_SeedSequence',
  'numpy.polynomial.polynomial': 'Polynomial',
  'numpy.polynomial.chebyshev': 'Chebyshev',
};

/** Functions of mathematics that models hold and call on numbers: as values only. */
const MATHEMATICS = `abs absolute add arccos arccosh arcsin arcsinh arctan arctan2 arctanh ceil cos cosh cbrt deg2rad degrees
    divide equal exp exp2 expm1 fabs floor floor_divide fmax fmin fmod greater greater_equal hypot invert isfinite
    isinf isnan less less_equal log log10 log1p log2 logaddexp logical_and logical_not logical_or maximum minimum mod
    multiply negative not_equal positive power rad2deg radians reciprocal remainder rint sign sin sinh sqrt square
    subtract tan tanh true_divide trunc mean median sum std var nanmean nanmedian nansum nanmax nanmin nanstd amax amin
    max min prod argmax argmin ravel round clip float int inf nan nan_to_num`;

/** Classes of which there are no instances: selectors of columns name them. */
const KINDS = `character complexfloating flexible floating generic inexact integer number signedinteger unsignedinteger`;

export const NUMPY_VALUES: Names = {
  numpy: `${MATHEMATICS} ${KINDS}`,
  'numpy.core._multiarray_umath': MATHEMATICS,
  'pandas._libs.missing': 'NA',
  pandas: 'NA NaT',
  'scipy._lib.array_api_compat': 'asarray',
};

export const SCIPY_CALLS: Names = {
  'scipy.interpolate': `PPoly BPoly CubicSpline PchipInterpolator Akima1DInterpolator BSpline interp1d
    UnivariateSpline InterpolatedUnivariateSpline LinearNDInterpolator RegularGridInterpolator RBFInterpolator`,
  'scipy.spatial': 'cKDTree KDTree',
};

export const SCIPY_CLASSES: Names = {
  'scipy.sparse': `csr_matrix csc_matrix coo_matrix bsr_matrix dia_matrix dok_matrix lil_matrix csr_array csc_array
    coo_array bsr_array dia_array dok_array lil_array spmatrix`,
};

export const PANDAS_CALLS: Names = {
  pandas: `DataFrame Series Index Interval Period Timestamp Timedelta CategoricalDtype DatetimeTZDtype PeriodDtype
    IntervalDtype SparseDtype StringDtype BooleanDtype Int8Dtype Int16Dtype Int32Dtype Int64Dtype UInt8Dtype UInt16Dtype
    UInt32Dtype UInt64Dtype Float32Dtype Float64Dtype ArrowDtype DateOffset`,
  'pandas.core.indexes.base': '_new_Index Index',
  'pandas.core.indexes.datetimes': '_new_DatetimeIndex DatetimeIndex',
  'pandas.core.indexes.period': '_new_PeriodIndex PeriodIndex',
  'pandas.indexes.base': '_new_Index Index',
  'pandas.tseries.index': '_new_DatetimeIndex DatetimeIndex',
  'pandas.core.index': '_new_Index Index Int64Index MultiIndex',
  'pandas.core.internals.managers': 'BlockManager SingleBlockManager',
  'pandas.core.internals.blocks': 'new_block Block',
  'pandas.core.internals': 'BlockManager SingleBlockManager',
  'pandas.core.indexes.interval': '_new_IntervalIndex',
  'pandas._libs.sparse': 'IntIndex BlockIndex',
  'pandas._libs.internals': '_unpickle_block BlockManager',
  'pandas._libs.arrays': '__pyx_unpickle_NDArrayBacked NDArrayBacked',
  'pandas._libs.tslibs.timestamps': 'Timestamp _unpickle_timestamp',
  'pandas._libs.tslibs.timedeltas': 'Timedelta _timedelta_unpickle',
  'pandas._libs.tslibs.period': 'Period _unpickle_period',
  'pandas._libs.tslibs.nattype': '__nat_unpickle _nat_unpickle',
  'pandas._libs.tslibs.offsets': `_get_offset to_offset BaseOffset Day Hour Minute Second Milli Micro Nano MonthEnd
    MonthBegin BusinessDay BDay YearEnd YearBegin QuarterEnd QuarterBegin Week WeekOfMonth BusinessMonthEnd
    BusinessMonthBegin DateOffset CustomBusinessDay Tick SemiMonthEnd SemiMonthBegin LastWeekOfMonth`,
  'pandas._libs.missing': 'NAType _na_unpickle',
  'pandas._libs.interval': 'Interval __pyx_unpickle_IntervalMixin',
  'pandas._libs.tslibs.timezones': 'tz_standardize',
  'pandas.core.frame': 'DataFrame',
  'pandas.core.series': 'Series',
  'pandas.core.dtypes.dtypes': `CategoricalDtype DatetimeTZDtype PeriodDtype IntervalDtype SparseDtype NumpyEADtype
    PandasDtype`,
  'pandas.core.arrays.sparse.dtype': 'SparseDtype',
  'pandas.core.arrays.string_': 'StringDtype',
  'pandas.core.arrays.integer':
    'Int8Dtype Int16Dtype Int32Dtype Int64Dtype UInt8Dtype UInt16Dtype UInt32Dtype UInt64Dtype',
  'pandas.core.arrays.floating': 'Float32Dtype Float64Dtype',
  'pandas.core.arrays.boolean': 'BooleanDtype',
  'pandas.core.flags': 'Flags',
};

export const PANDAS_CLASSES: Names = {
  pandas: `RangeIndex MultiIndex DatetimeIndex TimedeltaIndex PeriodIndex IntervalIndex CategoricalIndex Categorical
    Flags`,
  'pandas.arrays': `Categorical DatetimeArray TimedeltaArray PeriodArray IntervalArray SparseArray IntegerArray
    FloatingArray BooleanArray StringArray NumpyExtensionArray ArrowStringArray ArrowExtensionArray`,
  'pandas.core.indexes': `Index RangeIndex MultiIndex Int64Index UInt64Index Float64Index NumericIndex DatetimeIndex
    TimedeltaIndex PeriodIndex IntervalIndex CategoricalIndex FrozenList`,
  'pandas.core.arrays': `Categorical DatetimeArray TimedeltaArray PeriodArray IntervalArray SparseArray IntegerArray
    FloatingArray BooleanArray StringArray PandasArray NumpyExtensionArray ArrowStringArray ArrowExtensionArray
    IntervalArray`,
  'pandas.core.internals': `BlockManager SingleBlockManager Block NumericBlock FloatBlock IntBlock ObjectBlock BoolBlock
    DatetimeBlock DatetimeTZBlock CategoricalBlock ExtensionBlock DatetimeLikeBlock TimeDeltaBlock`,
  'pandas.core.dtypes': 'CategoricalDtype DatetimeTZDtype PeriodDtype IntervalDtype',
};
