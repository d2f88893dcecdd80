"""dtxl: Excel forms out, Excel returns in, a Word report for signature."""

__version__ = "0.1.0"
