/**
 * PyTorch: what `torch.load(weights_only=True)` admits, the layers of `torch.nn`, and TorchScript's own marks.
 * Source: `torch/_weights_only_unpickler.py`.
 */
import type { Names } from './names.ts';

const ITEM_SIZES: Readonly<Record<string, number>> = {
  Double: 8,
  Float: 4,
  Half: 2,
  BFloat16: 2,
  Long: 8,
  Int: 4,
  Short: 2,
  Char: 1,
  Byte: 1,
  Bool: 1,
  ComplexDouble: 16,
  ComplexFloat: 8,
  QUInt8: 1,
  QInt8: 1,
  QInt32: 4,
  QUInt4x2: 1,
  QUInt2x4: 1,
  Untyped: 1,
};

/** Bytes of one element of a storage class such as `FloatStorage`; NaN for others. */
export function storageItemSize(name: string): number {
  return ITEM_SIZES[name.replace(/Storage$/, '')] ?? Number.NaN;
}

const STORAGES = Object.keys(ITEM_SIZES)
  .map((name) => `${name}Storage`)
  .join(' ');
const TENSORS = 'Double Float Half BFloat16 Long Int Short Char Byte Bool'
  .split(' ')
  .map((name) => `${name}Tensor`)
  .join(' ');

export const TORCH_CALLS: Names = {
  torch: `Size Tensor device Generator ${TENSORS}`,
  'torch.cuda': TENSORS,
  'torch.sparse': TENSORS,
  'torch.cuda.sparse': TENSORS,
  'torch.nn.parameter': 'Parameter Buffer UninitializedParameter UninitializedBuffer',
  'torch.serialization': '_get_layout',
  'torch._utils': `_rebuild_parameter _rebuild_parameter_with_state _rebuild_qtensor _rebuild_tensor _rebuild_tensor_v2
    _rebuild_wrapper_subclass _rebuild_tensor_v3 _rebuild_sparse_tensor _rebuild_sparse_csr_tensor _rebuild_meta_tensor_no_storage
    _rebuild_nested_tensor _rebuild_device_tensor_from_numpy _rebuild_device_tensor_from_cpu_tensor _rebuild_xla_tensor`,
  'torch.jit._pickle':
    'build_intlist build_tensorlist build_doublelist build_boollist build_tensor_from_id restore_type_tag',
};

export const TORCH_CLASSES: Names = {
  'torch.storage': '_TypedStorage TypedStorage UntypedStorage _UntypedStorage',
  'torch.nn.modules': `
    AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d AdaptiveLogSoftmaxWithLoss
    AdaptiveMaxPool1d AdaptiveMaxPool2d AdaptiveMaxPool3d AlphaDropout AvgPool1d AvgPool2d AvgPool3d
    BCELoss BCEWithLogitsLoss BackwardHookFunction BatchNorm1d BatchNorm2d BatchNorm3d Bilinear
    Buffer CELU CTCLoss ChannelShuffle CircularPad1d CircularPad2d CircularPad3d ConstantPad1d
    ConstantPad2d ConstantPad3d Container Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d
    ConvTranspose3d CosineEmbeddingLoss CosineSimilarity CrossEntropyLoss CrossMapLRN2d Dropout
    Dropout1d Dropout2d Dropout3d ELU Embedding EmbeddingBag FeatureAlphaDropout Flatten Fold
    FractionalMaxPool2d FractionalMaxPool3d GELU GLU GRU GRUCell GaussianNLLLoss GroupNorm
    Hardshrink Hardsigmoid Hardswish Hardtanh HingeEmbeddingLoss HuberLoss Identity InstanceNorm1d
    InstanceNorm2d InstanceNorm3d KLDivLoss L1Loss LPPool1d LPPool2d LSTM LSTMCell LayerNorm
    LazyBatchNorm1d LazyBatchNorm2d LazyBatchNorm3d LazyConv1d LazyConv2d LazyConv3d
    LazyConvTranspose1d LazyConvTranspose2d LazyConvTranspose3d LazyInstanceNorm1d
    LazyInstanceNorm2d LazyInstanceNorm3d LazyLinear LazyModuleMixin LeakyReLU Linear
    LocalResponseNorm LogSigmoid LogSoftmax MSELoss MarginRankingLoss MaxPool1d MaxPool2d MaxPool3d
    MaxUnpool1d MaxUnpool2d MaxUnpool3d Mish Module ModuleDict ModuleList MultiLabelMarginLoss
    MultiLabelSoftMarginLoss MultiMarginLoss MultiheadAttention NLLLoss NLLLoss2d
    NonDynamicallyQuantizableLinear PReLU PairwiseDistance ParameterDict ParameterList PixelShuffle
    PixelUnshuffle PoissonNLLLoss RMSNorm RNN RNNBase RNNCell RNNCellBase RReLU ReLU ReLU6
    ReflectionPad1d ReflectionPad2d ReflectionPad3d ReplicationPad1d ReplicationPad2d
    ReplicationPad3d SELU Sequential SiLU Sigmoid SmoothL1Loss SoftMarginLoss Softmax Softmax2d
    Softmin Softplus Softshrink Softsign SyncBatchNorm Tanh Tanhshrink Threshold Transformer
    TransformerDecoder TransformerDecoderLayer TransformerEncoder TransformerEncoderLayer
    TripletMarginLoss TripletMarginWithDistanceLoss Unflatten Unfold Upsample UpsamplingBilinear2d
    UpsamplingNearest2d ZeroPad1d ZeroPad2d ZeroPad3d _AdaptiveAvgPoolNd _AdaptiveMaxPoolNd
    _AvgPoolNd _BatchNorm _ConstantPadNd _ConvNd _ConvTransposeMixin _ConvTransposeNd _DropoutNd
    _IncompatibleKeys _InstanceNorm _LPPoolNd _LazyConvXdMixin _LazyNormBase _LazyProtocol _Loss
    _MaxPoolNd _MaxUnpoolNd _NormBase _ReflectionPadNd _ReplicationPadNd _WeightedLoss _WrappedHook`,
};

export const TORCH_VALUES: Names = {
  'torch.nn.functional':
    'relu gelu silu elu selu leaky_relu tanh sigmoid softmax log_softmax relu6 hardtanh mish',
  'torch.nn.init':
    'xavier_uniform_ xavier_normal_ kaiming_uniform_ kaiming_normal_ normal_ uniform_ zeros_ ones_',
  torch: `${STORAGES} float64 double float32 float float16 half bfloat16 int64 long int32 int int16 short int8 uint8
    uint16 uint32 uint64 bool complex32 complex64 complex128 cfloat cdouble quint8 qint8 qint32 quint4x2 quint2x4
    float8_e4m3fn float8_e5m2 float8_e4m3fnuz float8_e5m2fnuz float8_e8m0fnu float4_e2m1fn_x2 bits8 bits16
    bits1x8 bits2x4 bits4x2 uint1 uint2 uint3 uint4 uint5 uint6 uint7 int1 int2 int3 int4 int5 int6 int7
    per_tensor_affine per_tensor_symmetric per_channel_affine per_channel_symmetric
    per_channel_affine_float_qparams strided sparse_coo sparse_csr contiguous_format channels_last preserve_format`,
  'torch.cuda': STORAGES,
};
