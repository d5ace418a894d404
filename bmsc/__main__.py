"""Run the command line as `python -m bmsc`."""

from bmsc.cli import main

if __name__ == "__main__":
    main()
