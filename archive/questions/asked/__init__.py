"""The questions analysts ask, each with a name, parameters, typed rows and a worked example: `palimpsest ask`."""
