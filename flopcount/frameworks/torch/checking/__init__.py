"""A model beside PyTorch: modules by its counter, operations by the values of their nests."""
