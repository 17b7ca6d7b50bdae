"""A sheet on paper, and files written whole.

Other rooms make a sheet (sheet.py) and ask for a format by name (formats.py); what writes each is
loaded when it is asked for, and so is the sheet itself: completion and help have no use for it.
"""
