"""The model behind the service: rows in, probabilities out, by scikit-learn or by ONNX Runtime."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from mlsd_course.errors import MissingExtra, ServiceError

Rows = Sequence[Sequence[float]]


class Engine(Protocol):
    """What answers a batch; `features` is the length of a row (None: not known)."""

    features: int | None

    def __call__(self, rows: Rows) -> list[float]:
        """Return one probability (or, from a regressor, one prediction) per row."""
        ...


class Sklearn:
    """A scikit-learn model from a joblib file. Unpickling runs code: load only files that you trust."""

    def __init__(self, model_path: str | Path) -> None:
        self._model = load_model(model_path)
        self.features: int | None = getattr(self._model, "n_features_in_", None)

    def __call__(self, rows: Rows) -> list[float]:
        """Return one probability per row."""
        table = np.asarray(rows, dtype=np.float64)
        if hasattr(self._model, "predict_proba"):
            return self._model.predict_proba(table)[:, -1].tolist()
        return self._model.predict(table).tolist()


class Onnx:
    """The same model compiled for ONNX Runtime, float32 inside."""

    def __init__(self, source: str | bytes, threads: int = 1) -> None:
        runtime = _extra("onnxruntime")
        options = runtime.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = runtime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
        model_input = self._session.get_inputs()[0]
        self._input, self._output = model_input.name, self._session.get_outputs()[-1].name
        self.features: int | None = model_input.shape[1] if isinstance(model_input.shape[1], int) else None

    def __call__(self, rows: Rows) -> list[float]:
        """Return one probability per row."""
        outputs = self._session.run([self._output], {self._input: np.asarray(rows, dtype=np.float32)})[0]
        return (outputs[:, -1] if outputs.ndim == 2 else outputs).tolist()


def load_model(model_path: str | Path) -> Any:
    """Read a model from a joblib file; raise ServiceError where that cannot be done."""
    import joblib

    path = Path(model_path)
    if not path.is_file():
        raise ServiceError("There is no model file", given=str(path), remedy="Train and save the model first")
    try:
        model = joblib.load(path)
    except Exception as error:
        raise ServiceError(
            f"The model file cannot be read ({type(error).__name__}: {error})",
            given=str(path),
            remedy="Save it again with joblib.dump, in this environment",
        ) from error
    if not (hasattr(model, "predict_proba") or hasattr(model, "predict")):
        raise ServiceError(
            "The file holds no model",
            given=type(model).__name__,
            allowed="an object with predict_proba or predict",
            remedy="Save the fitted model itself with joblib.dump",
        )
    return model


def export_onnx(model_path: str | Path) -> bytes:
    """Return the model of a joblib file as ONNX bytes. Needs the extra `fast`."""
    to_onnx = _extra("skl2onnx").to_onnx
    model = load_model(model_path)
    options = {id(model): {"zipmap": False}} if hasattr(model, "predict_proba") else None
    try:
        one_row = np.zeros((1, model.n_features_in_), dtype=np.float32)
        return to_onnx(model, one_row, options=options).SerializeToString()
    except Exception as error:
        raise ServiceError(
            f"skl2onnx cannot convert this model ({type(error).__name__}: {error})",
            given=type(model).__name__,
            remedy="Serve it with engine='sklearn', or give the path of an ONNX file as onnx_path",
        ) from error


def make_engine(model_path: str, engine: str, onnx_path: str | None, threads: int) -> Engine:
    """Load what the settings name."""
    if engine == "sklearn":
        return Sklearn(model_path)
    if onnx_path is not None and not Path(onnx_path).is_file():
        raise ServiceError(
            "There is no ONNX file", given=onnx_path, remedy="Leave onnx_path out: the model is then converted"
        )
    return Onnx(onnx_path or export_onnx(model_path), threads)


def _extra(module: str) -> Any:
    import importlib

    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingExtra(module, "fast") from error
