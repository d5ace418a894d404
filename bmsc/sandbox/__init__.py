"""Both platforms in memory behind real HTTP on loopback: an independent witness of what was really done."""
