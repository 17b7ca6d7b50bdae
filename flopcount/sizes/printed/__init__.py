"""A formula as it is printed: text, LaTeX, Python and JavaScript by one walk, and for sympy."""
