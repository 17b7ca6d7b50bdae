"""The best design of a grid within budgets: by independent groups, whole, or by bounds."""
