"""Loads exported models with Keras itself, and compares their answers with expected.json.

    v/bin/python load.py NAME=FILE.keras …      NAME as in expected.json; v as in make.py
"""
import json
import os
import sys

os.environ["KERAS_BACKEND"] = "jax"
import keras
import numpy as np

expected = json.load(open(os.path.join(os.path.dirname(__file__), "expected.json")))
for argument in sys.argv[1:]:
    name, file = argument.split("=", 1)
    model = keras.saving.load_model(file)
    x = np.array(expected[name]["input"])
    x = x.reshape(1, -1) if name in ("classifier", "letters") else x.reshape(1, -1, 3)
    y = np.asarray(model(x.astype("int32" if x.ndim == 2 else "float32"))).flatten()
    difference = np.abs(y - expected[name]["output"]).max()
    print(name, difference)
    assert difference < 1e-5
