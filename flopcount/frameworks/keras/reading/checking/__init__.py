"""A Keras model beside Keras and XLA: its layers, its operations, its time."""
