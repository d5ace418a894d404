"""The figures as one page with pictures that needs nothing but itself."""
