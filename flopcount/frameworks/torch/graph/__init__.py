"""What a run did, as our graph: its nodes, their shapes and sizes."""
