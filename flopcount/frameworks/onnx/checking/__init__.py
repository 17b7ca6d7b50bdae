"""A model that was read, beside what onnx says of it, and beside its reference on numbers."""
