"""What libraries and papers call their layers, as they write it."""

TORCH = """
AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d AdaptiveLogSoftmaxWithLoss
AdaptiveMaxPool2d AlphaDropout AvgPool1d AvgPool2d AvgPool3d BatchNorm1d BatchNorm2d BatchNorm3d
BCELoss BCEWithLogitsLoss Bilinear Buffer CELU ChannelShuffle CircularPad1d CircularPad2d
ConstantPad1d ConstantPad2d Container Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d
ConvTranspose3d CosineEmbeddingLoss CosineSimilarity CrossEntropyLoss CrossMapLRN2d CTCLoss
DataParallel Dropout Dropout1d Dropout2d Dropout3d ELU Embedding EmbeddingBag
FeatureAlphaDropout Flatten Fold FractionalMaxPool2d FractionalMaxPool3d GaussianNLLLoss GELU
GLU GroupNorm GRU GRUCell Hardshrink Hardsigmoid Hardswish Hardtanh HingeEmbeddingLoss HuberLoss
Identity InstanceNorm1d InstanceNorm2d KLDivLoss L1Loss LayerNorm LazyBatchNorm2d LazyConv2d
LazyConvTranspose2d LazyInstanceNorm2d LazyLinear LeakyReLU Linear LocalResponseNorm LogSigmoid
LogSoftmax LPPool1d LPPool2d LSTM LSTMCell MarginRankingLoss MaxPool1d MaxPool2d MaxPool3d
MaxUnpool1d MaxUnpool2d Mish Module ModuleDict ModuleList MSELoss MultiheadAttention
MultiLabelMarginLoss MultiMarginLoss NLLLoss PairwiseDistance Parameter ParameterDict
ParameterList PixelShuffle PixelUnshuffle PoissonNLLLoss PReLU ReflectionPad1d ReflectionPad2d
ReLU ReLU6 ReplicationPad2d RMSNorm RNN RNNBase RNNCell RReLU SELU Sequential Sigmoid SiLU
SmoothL1Loss SoftMarginLoss Softmax Softmax2d Softmin Softplus Softshrink Softsign SyncBatchNorm
Tanh Tanhshrink Threshold Transformer TransformerDecoder TransformerDecoderLayer
TransformerEncoder TransformerEncoderLayer TripletMarginLoss Unflatten Unfold Upsample
UpsamplingBilinear2d UpsamplingNearest2d ZeroPad1d ZeroPad2d ZeroPad3d
"""

KERAS = """
Activation ActivityRegularization Add AdditiveAttention AlphaDropout Attention AugMix
AutoContrast Average AveragePooling1D AveragePooling2D AveragePooling3D BatchNormalization
Bidirectional CategoryEncoding CenterCrop Concatenate Conv1D Conv1DTranspose Conv2D
Conv2DTranspose Conv3D Conv3DTranspose ConvLSTM1D ConvLSTM2D Cropping1D Cropping2D Cropping3D
CutMix Dense DepthwiseConv1D DepthwiseConv2D Discretization Dot Dropout EinsumDense ELU
Embedding Equalization Flatten FlaxLayer GaussianDropout GaussianNoise GlobalAveragePooling1D
GlobalAveragePooling2D GlobalMaxPool2D GlobalMaxPooling2D GroupNormalization GroupQueryAttention
GRU GRUCell HashedCrossing Hashing Identity InputLayer InputSpec IntegerLookup JaxLayer Lambda
Layer LayerNormalization LeakyReLU LocallyConnected1D LocallyConnected2D LSTM LSTMCell Masking
Maximum MaxPool2D MaxPooling1D MaxPooling2D MelSpectrogram Minimum MixUp MultiHeadAttention
Multiply Normalization Permute Pipeline PReLU RandAugment RandomBrightness RandomContrast
RandomCrop RandomFlip RandomRotation RandomZoom ReLU RepeatVector Rescaling Reshape Resizing
RMSNormalization RNN SeparableConv1D SeparableConv2D SimpleRNN SimpleRNNCell Softmax
Solarization SpatialDropout1D SpatialDropout2D SpectralNormalization StackedRNNCells
STFTSpectrogram StringLookup Subtract TextVectorization TFSMLayer ThresholdedReLU
TimeDistributed TorchModuleWrapper UnitNormalization UpSampling1D UpSampling2D Wrapper
ZeroPadding1D ZeroPadding2D
"""

CAFFE = """
AbsVal Accuracy ArgMax BatchNorm BatchReindex Bias BNLL Clip Concat ContrastiveLoss Convolution
Crop Data Deconvolution Dropout DummyData Eltwise ELU Embed EuclideanLoss Exp Filter Flatten
HDF5Data HingeLoss Im2col ImageData InfogainLoss InnerProduct Input Log LRN LSTM MemoryData
MultinomialLogisticLoss MVN Parameter Pooling Power PReLU Python Recurrent Reduction ReLU
Reshape RNN Scale Sigmoid SigmoidCrossEntropyLoss Silence Slice Softmax SoftmaxWithLoss Split
SPP Swish TanH Threshold Tile WindowData
"""

DARKNET = """
activation avgpool batchnorm connected convolutional cost crnn crop deconvolutional detection
dropout gru iseg l2norm local logistic lstm maxpool net region reorg rnn route shortcut softmax
upsample yolo
"""

ONNX = """
Add Attention AveragePool BatchNormalization Cast Celu Clip Concat Conv ConvTranspose DeformConv
DepthToSpace DFT Div Dropout Einsum Elu Expand Flatten Gather Gelu Gemm GlobalAveragePool
GlobalLpPool GlobalMaxPool GridSample GRU Hardmax HardSigmoid HardSwish Identity
InstanceNormalization LayerNormalization LeakyRelu LogSoftmax LpNormalization LpPool LRN LSTM
MatMul Max MaxPool MaxUnpool Mean MeanVarianceNormalization Min Mish Mul NonMaxSuppression Pad
Pow PRelu ReduceMean ReduceSum Relu Reshape Resize RNN RoiAlign Selu Shrink Sigmoid Slice
Softmax Softplus Softsign SpaceToDepth Split Sqrt Squeeze STFT Sub Sum Tanh ThresholdedRelu Tile
TopK Transpose Unsqueeze Upsample Where
"""

PAPERS = """
antialias aspp backbone bam c2f c3 cbam channel_mixing classifier convnext convnextblock
coordatt cross_entropy csp cspblock cutout dct decoder deformable densenet double_conv
doubleconv downblock drop_path dropblock dwsep dwsepconv eca elan embedding_layer encoder excite
fpn fused_mbconv fusedmbconv geglu gelu_tanh ghost ghostmodule glu gmlp head highway hourglass
hyena inverted_residual involution kan layer_scale layerscale maxblurpool mbconv mixer mlp_mixer
mobileblock neck nonlocal_block octave octconv pan panet patch_merging ppm psp quick_gelu
quickgelu reglu repconv repvgg res2net resnest resnext retention rwkv s4d scse se_block
selectivekernel senet shifted_window shuffleunit simam skip_connection sknet splitattention sppf
squeeze stem swiglu token_mixing transition transition_layer triplet unet upblock wavelet
weight_standardization window_attention ws
"""
