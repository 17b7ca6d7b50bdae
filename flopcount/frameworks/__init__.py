"""Other software: our graph built in it and compared, a folder each."""
