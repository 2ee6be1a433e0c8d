"""The command `vecext`: `main` has its options and commands, each of which is a module of this room."""
