"""ONNX files: read into our graph, without a framework; compared with what onnx infers."""
