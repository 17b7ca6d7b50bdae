"""The text of networks: vocabulary, parser, tables, library, references."""
