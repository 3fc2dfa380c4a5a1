"""Check, repair and salvage an archive whose file, facts or texts may be damaged."""
