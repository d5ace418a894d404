"""What a person needs besides the runs: to set up, to check, to watch and to mend."""
