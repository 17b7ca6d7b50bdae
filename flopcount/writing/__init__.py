"""A sheet on paper: text, Markdown, CSV, JSON, LaTeX, HTML; files written whole."""
