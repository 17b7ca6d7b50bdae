"""GoogLeNet's modules as its paper prints them: typed here once, and in no table of ours."""

# arXiv:1409.4842, Table 1: #1×1, #3×3 reduce, #3×3, #5×5 reduce, #5×5, pool proj
WIDTHS = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}
GRIDS = {"3": 28, "4": 14, "5": 7}  # height and width, by the module's first digit
