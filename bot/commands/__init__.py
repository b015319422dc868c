"""The command line's groups, one file each: thin, they call services and print."""
