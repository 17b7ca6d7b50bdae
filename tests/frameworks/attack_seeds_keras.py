""".keras and .h5 files that are whole: small ones of each kind of layer, one of Keras' own."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def of_keras(folder: Path) -> None:
    """.keras and .h5 files: small ones of each kind of layer, and two of keras.applications."""
    import keras
    from keras import layers

    def image(*then: Any) -> Any:
        x = keras.Input((16, 16, 3))
        y = x
        for layer in then:
            y = layer(y)
        return keras.Model(x, y)

    def residual() -> Any:
        x = keras.Input((8, 8, 4), name="image")
        y = layers.Conv2D(4, 3, padding="same", activation="relu")(x)
        y = layers.Add()([x, layers.BatchNormalization()(y)])
        return keras.Model(x, layers.Concatenate()([x, y]))

    def attends() -> Any:
        x = keras.Input((6,), dtype="int32")
        y = layers.Embedding(20, 8)(x)
        y = layers.LayerNormalization()(layers.MultiHeadAttention(2, 4)(y, y))
        return keras.Model(x, layers.Dense(3)(layers.GlobalAveragePooling1D()(y)))

    models: dict[str, Callable[[], Any]] = {
        "plain": lambda: image(
            layers.Conv2D(4, 3), layers.MaxPooling2D(), layers.Flatten(), layers.Dense(5)
        ),
        "up": lambda: image(
            layers.Conv2DTranspose(4, 3, 2), layers.UpSampling2D(), layers.SeparableConv2D(3, 3),
            layers.DepthwiseConv2D(3, dilation_rate=2), layers.ZeroPadding2D(1), layers.PReLU(),
        ),
        "residual": residual,
        "attends": attends,
        "recurrent": lambda: keras.Sequential(
            [keras.Input((7, 4)), layers.Bidirectional(layers.LSTM(3, return_sequences=True)),
             layers.TimeDistributed(layers.Dense(2)), layers.GRU(3)]
        ),
        "nested": lambda: image(image(layers.Conv2D(3, 3, padding="same")), layers.Flatten()),
        "mobilenet": lambda: keras.applications.MobileNetV2(
            (32, 32, 3), weights=None, classes=3, alpha=0.35
        ),
    }  # fmt: skip
    for name, make in models.items():
        keras.backend.clear_session()
        model = make()
        model.save(folder / f"{name}.keras")
        if name in {"plain", "residual", "recurrent"}:
            model.save(folder / f"{name}.h5")
