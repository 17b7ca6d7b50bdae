"""The kinds of layers: what each file here registers is a word of the notation."""
