"""Rows grouped, compared and explained."""
