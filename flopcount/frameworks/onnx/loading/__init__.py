"""What stands between the bytes of an ONNX file and its model: limits, and whether it is one."""
