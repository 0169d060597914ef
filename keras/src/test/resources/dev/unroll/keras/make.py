"""Makes the files of this folder and expected.json, with Keras itself.

    python3 -m venv v; v/bin/pip install keras==3.* jax scipy; v/bin/python make.py

expected.json has, for each model, an input and what the model answers to it. The files that older
versions wrote (old_*.h5) have the layout of those versions, with weights of a model of Keras 3;
their answers are computed by plain loops in double. CuDNNLSTM and CuDNNGRU: kernels and biases are
put into cuDNN's order as Keras 2 has it.
"""
import json
import os

os.environ["KERAS_BACKEND"] = "jax"
import h5py
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(7)
rng = np.random.default_rng(7)
expected = {}
steps = np.sin(np.arange(12.0)).reshape(1, 4, 3).astype("float32")
symbols = np.array([[3, 0, 6, 1, 1]])


def shaken(model):
    """Biases that are not zero."""
    for w in model.weights:
        if "seed" not in w.path:
            w.assign(w.numpy() + 0.3 * rng.standard_normal(w.shape).astype("float32"))


def record(name, model, x, *endings):
    shaken(model)
    y = np.asarray(model(x), dtype="float64")
    expected[name] = {"input": x.flatten().tolist(), "output": y.flatten().tolist()}
    for ending in endings:
        if ending == ".weights.h5":
            model.save_weights(name + ending)
        else:
            model.save(name + ending)


def sequential(*all):
    return keras.Sequential([layers.Input((None, 3)), *all])


record("classifier", keras.Sequential([
    layers.Input((None,)), layers.Embedding(7, 5, mask_zero=False),
    layers.Bidirectional(layers.LSTM(4, return_sequences=True)), layers.Dropout(0.1),
    layers.Bidirectional(layers.LSTM(4)), layers.Dense(3, activation="softmax")]),
    symbols, ".keras", ".h5", ".weights.h5")
record("tagger", sequential(layers.GRU(4, return_sequences=True, dropout=0.1), layers.Dense(2)),
       steps, ".keras", ".h5", ".weights.h5")
record("before", sequential(layers.GRU(4, reset_after=False), layers.Dense(2)), steps, ".keras",
       ".h5", ".weights.h5")
record("relu", sequential(layers.SimpleRNN(4, activation="relu", use_bias=False),
                          layers.Dense(1, use_bias=False)), steps, ".keras")
record("hard", sequential(layers.LSTM(4, recurrent_activation="hard_sigmoid",
                                      activation="relu", return_sequences=True),
                          layers.GlobalAveragePooling1D(), layers.Dense(2, activation="sigmoid")),
       steps, ".keras", ".h5")
record("hard_gru", sequential(layers.GRU(4, recurrent_activation="hard_sigmoid")), steps, ".keras")
record("average", sequential(
    layers.Bidirectional(layers.GRU(4, return_sequences=True), merge_mode="ave"),
    layers.Bidirectional(layers.GRU(4), merge_mode="ave"), layers.Dense(2)), steps, ".keras")
record("summed", sequential(layers.Bidirectional(layers.SimpleRNN(4), merge_mode="sum"),
                            layers.Dense(2)), steps, ".h5")
record("timed", sequential(layers.LSTM(4, return_sequences=True),
                           layers.TimeDistributed(layers.Dense(3)), layers.Softmax()), steps,
       ".keras")
record("letters", keras.Sequential([
    layers.Input((None,)), layers.Embedding(7, 5), layers.LSTM(4, return_sequences=True),
    layers.LSTM(4, return_sequences=True), layers.Dense(7, activation="softmax")]),
    symbols, ".keras", ".weights.h5")

x = layers.Input((None, 3))
chain = keras.Model(x, layers.Dense(2, activation="tanh")(layers.LSTM(4, name="deep")(x)))
record("functional", chain, steps, ".keras", ".h5")
a = layers.LSTM(4, name="left")(x)
b = layers.LSTM(4, name="right")(x)
record("fork", keras.Model(x, layers.Dense(2)(layers.Concatenate()([a, b]))), steps, ".keras")
record("two_dense", sequential(layers.LSTM(4), layers.Dense(3, activation="relu"), layers.Dense(2)),
       steps, ".keras")
record("backwards", sequential(layers.LSTM(4, go_backwards=True, name="back"), layers.Dense(2)),
       steps, ".keras")


# Layouts of older versions.
def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def hard(a):
    return np.clip(0.2 * a + 0.5, 0, 1)


def lstm(x, k, u, b, gate):
    h = c = np.zeros(u.shape[0])
    all = []
    for t in x:
        i, f, g, o = np.split(t @ k + h @ u + b, 4)
        c = gate(f) * c + gate(i) * np.tanh(g)
        h = gate(o) * np.tanh(c)
        all.append(h)
    return np.array(all)


def gru(x, k, u, b, r):
    h = np.zeros(u.shape[0])
    all = []
    for t in x:
        az, ar, ah = np.split(t @ k + b, 3)
        uz, ur, uh = np.split(h @ u + r, 3)
        z = sigmoid(az + uz)
        h = z * h + (1 - z) * np.tanh(ah + sigmoid(ar + ur) * uh)
        all.append(h)
    return np.array(all)


def draw(*shape):
    return (0.7 * rng.standard_normal(shape)).astype("float32")


def to_cudnn(kernel, recurrent, gates):
    """From Keras's order to that of CuDNNLSTM and CuDNNGRU."""
    k = np.hstack([part.T.reshape(part.shape) for part in np.hsplit(kernel, gates)])
    return k, np.hstack([part.T for part in np.hsplit(recurrent, gates)])


def old(name, version, all, model=None):
    with h5py.File(name, "w") as file:
        group = file.create_group("model_weights") if model else file
        if model:
            file.attrs["model_config"] = json.dumps(model).encode()
            file.attrs["keras_version"] = version.encode()
        group.attrs["layer_names"] = [n.encode() for n, _ in all]
        group.attrs["backend"] = b"tensorflow"
        group.attrs["keras_version"] = version.encode()
        for n, weights in all:
            g = group.create_group(n)
            g.attrs["weight_names"] = [f"{n}/{w}:0".encode() for w in weights]
            for w, value in weights.items():
                g.create_dataset(f"{n}/{w}:0", data=value)


def recurrent(k, u, b):
    return {"kernel": k, "recurrent_kernel": u, "bias": b}


k, u, b = draw(3, 16), draw(4, 16), draw(16)
v, c = draw(4, 2), draw(2)
dense = {"kernel": v, "bias": c}
x1 = steps[0].astype("float64")


def expect(name, y):
    expected[name] = {"input": steps.flatten().tolist(), "output": y.flatten().tolist()}


old("old_lstm.h5", "2.1.5", [("input_1", {}), ("lstm_1", recurrent(k, u, b)), ("drop", {}),
                             ("dense_1", dense)])
expect("old_lstm", lstm(x1, k, u, b, hard)[-1] @ v + c)
expect("old_lstm_sigmoid", lstm(x1, k, u, b, sigmoid)[-1] @ v + c)
b2 = draw(32)
ck, cu = to_cudnn(k, u, 4)
old("old_cudnn_lstm.h5", "2.1.5", [("rnn", recurrent(ck, cu, b2)), ("dense_1", dense)])
expect("old_cudnn_lstm", lstm(x1, k, u, b2[:16] + b2[16:], sigmoid)[-1] @ v + c)
gk, gu, gb = draw(3, 12), draw(4, 12), draw(24)
ck, cu = to_cudnn(gk, gu, 3)
old("old_cudnn_gru.h5", "2.2.4", [("cu_dnngru", recurrent(ck, cu, gb)), ("dense_1", dense)],
    # Before Keras 2.2.3 the settings of a Sequential were a list.
    {"class_name": "Sequential", "config": [
        {"class_name": "CuDNNGRU", "config": {"name": "cu_dnngru", "units": 4}},
        {"class_name": "Dense", "config": {"name": "dense_1", "activation": "linear"}}]})
expect("old_cudnn_gru", gru(x1, gk, gu, gb[:12], gb[12:])[-1] @ v + c)

# As TensorFlow 2.12 to 2.15 named the groups of .keras files, and Windows the paths.
with h5py.File("tagger.weights.h5") as one, h5py.File("old_tagger.weights.h5", "w") as other:
    for layer in one["layers"]:
        one.copy(f"layers/{layer}", other.require_group("_layer_checkpoint_dependencies"))
with h5py.File("tagger.weights.h5") as one, h5py.File("windows.weights.h5", "w") as other:
    for layer in one["layers"]:
        one.copy(f"layers/{layer}", other, name=f"layers\\{layer}")

# What is refused.
with h5py.File("link.weights.h5", "w") as file:
    file["layers/lstm/cell/vars/0"] = h5py.ExternalLink("tagger.weights.h5", "/layers/gru/cell/vars/0")
with h5py.File("soft.weights.h5", "w") as file:
    file["layers/lstm/cell/vars/0"] = k
    file["layers/lstm/cell/vars/1"] = h5py.SoftLink("/layers/lstm/cell/vars/0")
with h5py.File("virtual.weights.h5", "w", libver="latest") as file:
    layout = h5py.VirtualLayout((4, 12), dtype="float32")
    layout[:] = h5py.VirtualSource("tagger.weights.h5", "layers/gru/cell/vars/1", (4, 12))
    file.create_virtual_dataset("layers/lstm/cell/vars/0", layout)
with h5py.File("outside.weights.h5", "w") as file:
    file.create_dataset("layers/lstm/cell/vars/0", shape=(4,), dtype="float32",
                        external=[("tagger.weights.h5", 0, 16)])
with h5py.File("cycle.weights.h5", "w") as file:
    file["layers/lstm/cell/vars/0"] = k
    file["layers/lstm/again"] = file["layers"]
with h5py.File("types.weights.h5", "w") as file:
    for i, dtype in enumerate(["float16", "float32", "float64", "int8", "int64", ">f4"]):
        file.create_dataset(f"layers/dense/vars/{i}", data=np.array([1, -2, 3]).astype(dtype))
    file.create_dataset("layers/dense/vars/6", data=np.zeros((64, 64), "float32"), chunks=(8, 64),
                        compression="gzip", shuffle=True)
    file.create_dataset("layers/dense/vars/7", data=np.float32(2.5))

json.dump(expected, open("expected.json", "w"), indent=1)
