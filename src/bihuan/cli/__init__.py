"""The `bihuan` command: assembles each app's cli.py."""
