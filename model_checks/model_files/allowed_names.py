"""The names and rules of the allow list; why a name may stand here says allowed_imports.py."""

from __future__ import annotations

import re


def words(text: str) -> frozenset[str]:
    """Return the words of `text`."""
    return frozenset(text.split())


# One module a line, then the names that may be imported from it.
_LISTED = """
builtins: object list dict set frozenset tuple int float complex bool bytearray bytes slice range
_codecs: encode
copyreg: _reconstructor __newobj__ __newobj_ex__
collections: OrderedDict defaultdict Counter deque
functools: partial
datetime: date datetime time timedelta timezone
decimal: Decimal
fractions: Fraction
uuid: UUID
joblib.numpy_pickle: NumpyArrayWrapper
mlflow.models.signature: _TypeHints
sklearn.externals.joblib.numpy_pickle: NumpyArrayWrapper
numpy: ndarray dtype matrix recarray record bool bool_ int8 int16 int32 int64 uint8 uint16 uint32 uint64 \
float16 float32 float64 longdouble float128 complex64 complex128 clongdouble complex256 str_ bytes_ void \
datetime64 timedelta64 object_ intc uintc int_ uint longlong ulonglong \
abs absolute add arccos arcsin arctan cbrt ceil clip cos cosh divide exp exp2 expm1 fabs float_power floor \
isfinite isnan log log10 log1p log2 logical_not maximum mean median minimum multiply nan_to_num negative \
power reciprocal rint sign sin sinh sqrt square std subtract sum tan tanh true_divide var
numpy.matrixlib.defmatrix: matrix
numpy.ma: MaskedArray
numpy.ma.core: MaskedArray _mareconstruct
numpy.dtypes: Float16DType Float32DType Float64DType Int8DType Int16DType Int32DType Int64DType UInt8DType \
UInt16DType UInt32DType UInt64DType BoolDType ObjectDType StrDType BytesDType StringDType DateTime64DType \
TimeDelta64DType
numpy.random._pickle: __randomstate_ctor __generator_ctor __bit_generator_ctor
numpy.random.mtrand: RandomState
numpy.random._generator: Generator
numpy.random._mt19937: MT19937
numpy.random._pcg64: PCG64 PCG64DXSM
numpy.random._philox: Philox
numpy.random._sfc64: SFC64
numpy.random.bit_generator: SeedSequence __pyx_unpickle_SeedSequence
numpy.random._bit_generator: SeedSequence __pyx_unpickle_SeedSequence
scipy.interpolate: interp1d BSpline
scipy.interpolate._interpolate: interp1d
scipy.interpolate.interpolate: interp1d
scipy.interpolate._bsplines: BSpline
scipy.interpolate._cubic: CubicSpline PchipInterpolator
scipy._lib.array_api_compat.numpy._aliases: asarray
scipy.special: expit logit erf
scipy.special._ufuncs: expit logit erf
scipy.spatial._ckdtree: cKDTree
scipy.spatial.ckdtree: cKDTree
scipy.spatial._kdtree: KDTree
pyarrow.lib: _restore_array py_buffer type_for_alias
pandas: BooleanDtype Categorical CategoricalDtype DatetimeIndex DatetimeTZDtype Int8Dtype Int16Dtype \
Int32Dtype Int64Dtype UInt8Dtype UInt16Dtype UInt32Dtype UInt64Dtype Float32Dtype Float64Dtype IntervalDtype \
IntervalIndex NA NaT StringDtype CategoricalIndex TimedeltaIndex \
DataFrame Series Index RangeIndex MultiIndex Timestamp Timedelta Interval
pandas.core.frame: DataFrame
pandas.core.series: Series
pandas.core.indexes.base: Index _new_Index
pandas.core.indexes.range: RangeIndex
pandas.core.indexes.multi: MultiIndex
pandas.core.indexes.category: CategoricalIndex
pandas.core.indexes.datetimes: DatetimeIndex _new_DatetimeIndex
pandas.core.indexes.interval: IntervalIndex _new_IntervalIndex
pandas.core.indexes.numeric: Int64Index UInt64Index Float64Index
pandas.core.indexes.frozen: FrozenList
pandas.core.internals.managers: BlockManager SingleBlockManager
pandas.core.internals.blocks: new_block
pandas._libs.internals: _unpickle_block BlockManager BlockPlacement
pandas._libs.arrays: __pyx_unpickle_NDArrayBacked
pandas._libs.missing: NAType
pandas._libs.tslibs.timestamps: _unpickle_timestamp Timestamp
pandas._libs.tslibs.timedeltas: _timedelta_unpickle Timedelta
pandas._libs.tslibs.nattype: _nat_unpickle NaTType __nat_unpickle
pandas._libs.interval: Interval
pandas.core.arrays.categorical: Categorical
pandas.core.arrays.datetimes: DatetimeArray
pandas.core.arrays.timedeltas: TimedeltaArray
pandas.core.arrays.interval: IntervalArray
pandas.core.arrays.integer: IntegerArray Int8Dtype Int16Dtype Int32Dtype Int64Dtype UInt8Dtype UInt16Dtype \
UInt32Dtype UInt64Dtype
pandas.core.arrays.floating: FloatingArray Float32Dtype Float64Dtype
pandas.core.arrays.boolean: BooleanArray BooleanDtype
pandas.core.arrays.string_: StringArray StringDtype
pandas.core.arrays.numpy_: NumpyExtensionArray
pandas.arrays: ArrowStringArray BooleanArray DatetimeArray FloatingArray IntegerArray IntervalArray \
TimedeltaArray StringArray NumpyExtensionArray
pandas.core.dtypes.dtypes: CategoricalDtype DatetimeTZDtype IntervalDtype PeriodDtype
pandas.api.types: CategoricalDtype DatetimeTZDtype IntervalDtype
pandas.core.flags: Flags
sklearn.utils.validation: check_array
sklearn.compose._column_transformer: make_column_selector
sklearn.metrics._classification: accuracy_score balanced_accuracy_score brier_score_loss cohen_kappa_score \
confusion_matrix f1_score fbeta_score hamming_loss hinge_loss jaccard_score log_loss matthews_corrcoef \
precision_score recall_score zero_one_loss
sklearn.metrics._regression: d2_absolute_error_score d2_pinball_score d2_tweedie_score \
explained_variance_score max_error mean_absolute_error mean_absolute_percentage_error mean_gamma_deviance \
mean_pinball_loss mean_poisson_deviance mean_squared_error mean_squared_log_error mean_tweedie_deviance \
median_absolute_error r2_score root_mean_squared_error root_mean_squared_log_error
sklearn.metrics._ranking: average_precision_score coverage_error dcg_score label_ranking_loss ndcg_score \
roc_auc_score top_k_accuracy_score
sklearn.metrics._scorer: _passthrough_scorer negative_likelihood_ratio positive_likelihood_ratio
sklearn.metrics.pairwise: additive_chi2_kernel chi2_kernel cosine_distances cosine_similarity \
euclidean_distances haversine_distances laplacian_kernel linear_kernel manhattan_distances \
nan_euclidean_distances polynomial_kernel rbf_kernel sigmoid_kernel
sklearn.metrics.cluster._supervised: adjusted_mutual_info_score adjusted_rand_score completeness_score \
fowlkes_mallows_score homogeneity_score mutual_info_score normalized_mutual_info_score rand_score \
v_measure_score
sklearn.feature_selection._univariate_selection: chi2 f_classif f_oneway f_regression r_regression
sklearn.feature_selection._mutual_info: mutual_info_classif mutual_info_regression
xgboost.core: Booster
xgboost.sklearn: XGBModel XGBClassifier XGBRegressor XGBRanker XGBRFClassifier XGBRFRegressor
lightgbm.basic: Booster
lightgbm.sklearn: LGBMModel LGBMClassifier LGBMRegressor LGBMRanker
catboost.core: CatBoost CatBoostClassifier CatBoostRegressor CatBoostRanker
_catboost: _CatBoost
torch: FloatStorage DoubleStorage HalfStorage BFloat16Storage LongStorage IntStorage ShortStorage \
CharStorage ByteStorage BoolStorage Size float16 float32 float64 bfloat16 int8 int16 int32 int64 uint8 bool device
torch._utils: _rebuild_tensor _rebuild_tensor_v2 _rebuild_parameter
torch.storage: UntypedStorage
"""

# Both names of numpy's core package, and of the modules whose files scipy renamed.
_RENAMED = """
numpy.core.multiarray numpy._core.multiarray: _reconstruct scalar
numpy.core._multiarray_umath numpy._core._multiarray_umath: expit log log1p exp expm1 sqrt
numpy.core.numeric numpy._core.numeric: _frombuffer
scipy.sparse.csr scipy.sparse._csr: csr_matrix csr_array
scipy.sparse.csc scipy.sparse._csc: csc_matrix csc_array
scipy.sparse.coo scipy.sparse._coo: coo_matrix coo_array
scipy.sparse.lil scipy.sparse._lil: lil_matrix lil_array
scipy.sparse.dok scipy.sparse._dok: dok_matrix dok_array
scipy.sparse.dia scipy.sparse._dia: dia_matrix dia_array
scipy.sparse.bsr scipy.sparse._bsr: bsr_matrix bsr_array
"""


def _pairs(text: str) -> frozenset[tuple[str, str]]:
    lines = [line.partition(":") for line in text.strip().splitlines()]
    return frozenset(
        (module, name) for modules, _, names in lines for module in modules.split() for name in names.split()
    )


NAMES = _pairs(_LISTED) | _pairs(_RENAMED)

_SKLEARN_PARTS = words(
    "_loss base calibration cluster compose covariance cross_decomposition decomposition "
    "discriminant_analysis dummy ensemble feature_extraction feature_selection gaussian_process impute "
    "isotonic kernel_approximation kernel_ridge linear_model manifold metrics mixture model_selection "
    "multiclass multioutput naive_bayes neighbors neural_network pipeline preprocessing random_projection "
    "semi_supervised svm tree"
)
_WITHOUT_TESTS = r"(?!.*\b(?:tests|conftest|_testing|externals|_plot|_plotting)\b)"

# Classes and the unpickling functions that Cython generates: estimators only keep their arguments.
CLASS_RULES = (
    re.compile(rf"{_WITHOUT_TESTS}sklearn\.(?:{'|'.join(sorted(_SKLEARN_PARTS))})(?:\.\w+)*", re.ASCII),
    re.compile(
        r"sklearn\.utils\.(?:_bunch|_random|_weight_vector|_metadata_requests|_tags|deprecation)", re.ASCII
    ),
    re.compile(r"sklearn\.utils", re.ASCII),
)
# Names that look like classes of scikit-learn but are other libraries' (or builders of classes), seen through
# an import in one of its modules.
FOREIGN_NAMES = words(
    "ABC ABCMeta Any Array Callable ClassVar Counter Enum FunctionType Generic Hashable Integral Iterable "
    "Literal LinAlgError LinearOperator List Mapping MaskedArray Memory MethodType ModuleType "
    "MutableMapping Optional NamedTuple Number Parameter Parallel Path Protocol Real Sequence "
    "SparseEfficiencyWarning StringIO BytesIO ThreadpoolController Thread Tuple Type TypedDict Union "
    "UserDict BSpline ComplexWarning VisibleDeprecationWarning Popen TempMemmap NodeData NodeHeapData"
)
