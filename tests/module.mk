# Tests of module/; each program links only the rooms its subject may know.
