"""Keras: a network built in it, and checked against it layer by layer."""
